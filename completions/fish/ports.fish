# fish completion for ports(1).  What stands between BEGIN and END is made by "make manual" from the tables of the program.

# Whether the words are those of that command; of none: "".
function __ports_in
	set -l words (commandline -opc)
	set -l command ''
	if set -q words[2]; and contains -- $words[2] (__ports_words command)
		set command $words[2]
	end
	test "$command" = "$argv[1]"
end

# The ports that something listens on or is bound to, and names of services for what begins like one.
function __ports_live
	if string match -qr '^[a-zA-Z]' -- $argv[1]
		getent services 2>/dev/null | string replace -r '\s.*' '' | sort -u
	else
		ports --no-config -l --format '{local.port}' 2>/dev/null | sort -nu | string match -v 0
	end
end

# What may stand where a word of that kind is wanted, a line each.
function __ports_argument
	set -l word (commandline -ct | string replace -r '^--[^=]*=' '')
	switch $argv[1]
		case ports
			set -l before (string match -r '^.*[,:]' -- $word)
			__ports_live (string replace -r '^.*[,:]' '' -- $word) | string replace -r '^' "$before"
		case filter
			if contains -- (commandline -opc)[-1] state exclude
				__ports_words state
			else
				__ports_words filter
				__ports_argument ports
			end
		case lesson
			__ports_words lesson
			__fish_complete_path $word
		case file
			__fish_complete_path $word
		case netns
			set -l before (string match -r '^.*,' -- $word)
			string join \n all own (command ls /run/netns 2>/dev/null) | string replace -r '^' "$before"
		case interface
			for device in /sys/class/net/*
				basename $device
			end
		case user
			__fish_complete_users
		case columns
			set -l before (string match -r '^.*[,+]' -- $word)
			begin
				echo help
				__ports_words columns
			end | string replace -r '^' "$before"
		case kinds
			set -l before (string match -r '^.*,' -- $word)
			__ports_words kinds | string replace -r '^' "$before"
		case column
			__ports_words column
			__ports_words column | string replace -r '^' -- -
		case template
			echo help
			set -l before (string match -r '^[^{]*(?:\{[^}]*\}[^{]*)*' -- $word)
			__ports_words template | string replace -r '^(.*)$' "$before{\$1}"
		case none
		case '*'
			__ports_words $argv[1]
	end
end

complete -c ports -f
complete -c ports -n 'test (count (commandline -opc)) -eq 1' -a '(__ports_words command)'

# BEGIN fish
function __ports_words
	switch $argv[1]
		case columns
			printf '%s\n' proto recvq sendq local foreign state timer flags user inode cookie age device file backlog rtt cwnd retrans in out in-rate out-rate cong mem drops mptcp netns unit container cgroup exposure command owners
		case column
			printf '%s\n' proto recvq sendq local foreign state timer flags user inode cookie age device file backlog rtt cwnd retrans in out in-rate out-rate cong mem drops mptcp netns unit container cgroup exposure command owners usual
		case pane
			printf '%s\n' none detail history why playground
		case group
			printf '%s\n' none port process state unit container netns
		case theme
			printf '%s\n' auto dark light both mono
		case lesson
			printf '%s\n' two-addresses no-address specific-and-wildcard specific-and-wildcard-reuseaddr upper-case crash-restart fin-resend tcp-and-udp many-ports fork-inherits both-need-it same-server-many-addresses five-tuple port-ranges well-known-names time-wait-restart time-wait-reuseaddr time-wait-first-fix complete-duplicate tcp-states reuseport-balance dual-stack ghost-ipv6 ephemeral-in-the-way orphan linger-zero stale-unix-socket self-connect
		case template
			printf '%s\n' time proto family type state local.addr local.port local.dev local.name local.path local.abstract local.file local.cid local.netlink local.queue remote.addr remote.port remote.inode remote.path remote.abstract remote.cid remote.netlink remote.name protocol recvq sendq uid user inode cookie netns netns_name timer.kind timer.ms timer.retrans options.reuseaddr options.reuseport options.v6only options.freebind options.transparent options.bind_address_no_port owners.pid owners.fd owners.comm former_owners age_ms rtt_us cwnd retrans bytes_in bytes_out in_rate out_rate cong mem drops mptcp_token unit container.id container.name container.runtime container.pod cgroup.path cgroup.id cgroup.gone cgroup.of exposure.reach exposure.scope command
		case command
			printf '%s\n' destroy events kill lab metrics wait why
		case language
			printf '%s\n' c python
		case filter
			printf '%s\n' state proto family src dst sport dport port dev netns fwmark cgroup autobound pid comm command unit container exposure user owner flags timer age recvq sendq rtt cwnd retrans in out in-rate out-rate cong mem drops inode cookie exclude and or not
		case state
			printf '%s\n' established syn-sent syn-recv fin-wait-1 fin-wait-2 time-wait closed close-wait last-ack listening closing bound unconnected all connected synchronized bucket big listen fin-wait1 fin-wait2 close unconn syn-rcv bound-inactive
		case kinds
			printf '%s\n' all inet unix packet vsock tcp udp udplite mptcp sctp dccp raw icmp unix_stream unix_dgram unix_seqpacket packet_raw packet_dgram netlink vsock_stream vsock_dgram vsock_seqpacket xdp tipc u_str u_dgr u_seq p_raw p_dgr v_str v_dgr
	end
end
complete -c ports -n '__ports_in "destroy"' -s p -l port -x -a '(__ports_argument ports)' -d 'sockets with one of these local or foreign ports: 80,443,8000-8100,http'
complete -c ports -n '__ports_in "destroy"' -l filter -x -a '(__ports_argument filter)' -d 'only sockets of which this is so, as \'sport < 1024 and user root\'; as words without it, too'
complete -c ports -n '__ports_in "destroy"' -s t -l tcp -d 'TCP'
complete -c ports -n '__ports_in "destroy"' -s u -l udp -d 'UDP; without -t and -u both'
complete -c ports -n '__ports_in "destroy"' -s 4 -l ipv4 -d 'sockets of the IPv4 family'
complete -c ports -n '__ports_in "destroy"' -s 6 -l ipv6 -d 'sockets of the IPv6 family; without -4 and -6 both'
complete -c ports -n '__ports_in "destroy"' -s N -l netns -x -a '(__ports_argument netns)' -d 'in these network namespaces: NAME, PID, /PATH or all; may be repeated'
complete -c ports -n '__ports_in "destroy"' -s l -l listening -d 'only sockets without a peer: LISTEN, BOUND and UNCONN'
complete -c ports -n '__ports_in "destroy"' -s n -l dry-run -d 'only say which they are'
complete -c ports -n '__ports_in "destroy"' -s h -l help -d 'print this'
complete -c ports -n '__ports_in "destroy"' -a '(__ports_argument filter)'
complete -c ports -n '__ports_in "events"' -s p -l port -x -a '(__ports_argument ports)' -d 'only sockets with one of these local or foreign ports: 80,443,8000-8100,http'
complete -c ports -n '__ports_in "events"' -l filter -x -a '(__ports_argument filter)' -d 'only sockets of which this is so, as \'sport < 1024 and user root\'; as words without it, too'
complete -c ports -n '__ports_in "events"' -s t -l tcp -d 'TCP'
complete -c ports -n '__ports_in "events"' -s u -l udp -d 'UDP; without -t and -u both'
complete -c ports -n '__ports_in "events"' -s 4 -l ipv4 -d 'sockets of the IPv4 family'
complete -c ports -n '__ports_in "events"' -s 6 -l ipv6 -d 'sockets of the IPv6 family; without -4 and -6 both'
complete -c ports -n '__ports_in "events"' -s N -l netns -x -a '(__ports_argument netns)' -d 'in these network namespaces: NAME, PID, /PATH or all; may be repeated'
complete -c ports -n '__ports_in "events"' -s x -l unix -d 'unix sockets'
complete -c ports -n '__ports_in "events"' -s A -l query -x -a '(__ports_argument kinds)' -d 'these kinds of sockets, such as tcp,unix, or all'
complete -c ports -n '__ports_in "events"' -l json -d 'print JSON, one event a line'
complete -c ports -n '__ports_in "events"' -l ndjson -d 'the same'
complete -c ports -n '__ports_in "events"' -l for -x -a '(__ports_argument none)' -d 'end after this time (10s, 500ms, 2m)'
complete -c ports -n '__ports_in "events"' -l count -x -a '(__ports_argument none)' -d 'end after so many events'
complete -c ports -n '__ports_in "events"' -s c -l interval -x -a '(__ports_argument none)' -d 'look that often for openings and changes (1 without it); closings are told at once'
complete -c ports -n '__ports_in "events"' -l no-owners -d 'do not look for the processes'
complete -c ports -n '__ports_in "events"' -s h -l help -d 'print this'
complete -c ports -n '__ports_in "events"' -a '(__ports_argument filter)'
complete -c ports -n '__ports_in "kill"' -s p -l port -x -a '(__ports_argument ports)' -d 'exactly these ports, such as 8080 or 80,443; as words without -p, too'
complete -c ports -n '__ports_in "kill"' -s t -l tcp -d 'TCP'
complete -c ports -n '__ports_in "kill"' -s u -l udp -d 'UDP; without -t and -u both'
complete -c ports -n '__ports_in "kill"' -s 4 -l ipv4 -d 'sockets of the IPv4 family'
complete -c ports -n '__ports_in "kill"' -s 6 -l ipv6 -d 'sockets of the IPv6 family; without -4 and -6 both'
complete -c ports -n '__ports_in "kill"' -s N -l netns -x -a '(__ports_argument netns)' -d 'in these network namespaces: NAME, PID, /PATH or all; may be repeated'
complete -c ports -n '__ports_in "kill"' -l listeners -d 'only those who listen on the port or are bound to it, without a peer; as without it'
complete -c ports -n '__ports_in "kill"' -s a -l all -d 'everybody who has it as local or foreign port: connections and clients, too'
complete -c ports -n '__ports_in "kill"' -s s -l signal -x -a '(__ports_argument none)' -d 'send this one instead of TERM, by name or number'
complete -c ports -n '__ports_in "kill"' -l wait -x -a '(__ports_argument none)' -d 'so long at most for the port to be given up (5s without it); 0: not at all'
complete -c ports -n '__ports_in "kill"' -s n -l dry-run -d 'only say whom it would be sent to'
complete -c ports -n '__ports_in "kill"' -s h -l help -d 'print this'
complete -c ports -n '__ports_in "kill"' -a '(__ports_argument ports)'
complete -c ports -n '__ports_in "lab"' -s l -l list -d 'list the lessons'
complete -c ports -n '__ports_in "lab"' -s a -l all -d 'run every lesson'
complete -c ports -n '__ports_in "lab"' -l show -x -a '(__ports_argument lesson)' -d 'print the text of a lesson, to be kept, changed and run as a file'
complete -c ports -n '__ports_in "lab"' -l as -x -a '(__ports_argument language)' -d 'write a scenario as a program that does the same, in c or python, and do not run it'
complete -c ports -n '__ports_in "lab"' -s s -l step -d 'print the table after each step, and wait for Enter'
complete -c ports -n '__ports_in "lab"' -l host -d 'run on this host, not in a network of its own; loopback addresses only'
complete -c ports -n '__ports_in "lab"' -l any-address -d 'with --host: other addresses, too'
complete -c ports -n '__ports_in "lab"' -l no-predict -d 'a wrong prediction is told, but fails nothing'
complete -c ports -n '__ports_in "lab"' -l matrix -d 'measure here who can share a port with whom, of TCP, UDP (tcp, udp) or both'
complete -c ports -n '__ports_in "lab"' -l addresses -x -a '(__ports_argument none)' -d 'with --matrix: these addresses, such as 0.0.0.0,127.0.0.1,::,::/only'
complete -c ports -n '__ports_in "lab"' -l csv -d 'with --matrix: print CSV, one cell a line'
complete -c ports -n '__ports_in "lab"' -l tap -d 'print TAP, for test runners'
complete -c ports -n '__ports_in "lab"' -l json -d 'print JSON, one step or scenario a line; with --matrix one cell a line'
complete -c ports -n '__ports_in "lab"' -s h -l help -d 'print this'
complete -c ports -n '__ports_in "lab"' -a '(__ports_argument lesson)'
complete -c ports -n '__ports_in "metrics"' -l textfile -x -a '(__ports_argument file)' -d 'replace this file at once, for node_exporter\'s textfile collector'
complete -c ports -n '__ports_in "metrics"' -l ports -x -a '(__ports_argument none)' -d 'tell so many ports of servers apart (64 without it): those with the most sockets'
complete -c ports -n '__ports_in "metrics"' -s A -l query -x -a '(__ports_argument kinds)' -d 'count these kinds of sockets, such as all (tcp,udp without it)'
complete -c ports -n '__ports_in "metrics"' -l no-owners -d 'do not look for the processes: hidden owners are not counted'
complete -c ports -n '__ports_in "metrics"' -s h -l help -d 'print this'
complete -c ports -n '__ports_in "metrics"' -a '(__ports_argument none)'
complete -c ports -n '__ports_in "wait"' -s p -l port -x -a '(__ports_argument ports)' -d 'this port, as a word without -p, too'
complete -c ports -n '__ports_in "wait"' -s l -l listen -d 'until somebody listens there; without any of these three: this'
complete -c ports -n '__ports_in "wait"' -l free -d 'until nobody has it, and nothing is left of those who had it, as TIME_WAIT is'
complete -c ports -n '__ports_in "wait"' -l bindable -d 'until a socket like the following can be bound there'
complete -c ports -n '__ports_in "wait"' -l reuseaddr -d 'the socket has SO_REUSEADDR'
complete -c ports -n '__ports_in "wait"' -l reuseport -d 'the socket has SO_REUSEPORT'
complete -c ports -n '__ports_in "wait"' -l v6only -d 'the socket has IPV6_V6ONLY'
complete -c ports -n '__ports_in "wait"' -l freebind -d 'the socket has IP_FREEBIND'
complete -c ports -n '__ports_in "wait"' -l device -x -a '(__ports_argument interface)' -d 'the socket is bound to this network interface (SO_BINDTODEVICE)'
complete -c ports -n '__ports_in "wait"' -l user -x -a '(__ports_argument user)' -d 'the socket is made by this user; by whoever runs this without it'
complete -c ports -n '__ports_in "wait"' -l no-trial -d 'do not try the bind at the end; the answer is what the rules say'
complete -c ports -n '__ports_in "wait"' -l timeout -x -a '(__ports_argument none)' -d 'as long at most (30s, 500ms, 2m); without it for ever; 0: look once'
complete -c ports -n '__ports_in "wait"' -s q -l quiet -d 'do not say what is waited for, nor why it did not come'
complete -c ports -n '__ports_in "wait"' -s h -l help -d 'print this'
complete -c ports -n '__ports_in "wait"' -a '(__ports_argument ports)'
complete -c ports -n '__ports_in "why"' -l reuseaddr -d 'the socket has SO_REUSEADDR'
complete -c ports -n '__ports_in "why"' -l reuseport -d 'the socket has SO_REUSEPORT'
complete -c ports -n '__ports_in "why"' -l v6only -d 'the socket has IPV6_V6ONLY'
complete -c ports -n '__ports_in "why"' -l freebind -d 'the socket has IP_FREEBIND'
complete -c ports -n '__ports_in "why"' -l device -x -a '(__ports_argument interface)' -d 'the socket is bound to this network interface (SO_BINDTODEVICE)'
complete -c ports -n '__ports_in "why"' -l user -x -a '(__ports_argument user)' -d 'the socket is made by this user; by whoever runs this without it'
complete -c ports -n '__ports_in "why"' -s l -l listen -d 'it is to listen, too'
complete -c ports -n '__ports_in "why"' -l no-trial -d 'do not try it; the answer is what the rules say'
complete -c ports -n '__ports_in "why"' -l json -d 'print one JSON object'
complete -c ports -n '__ports_in "why"' -s h -l help -d 'print this'
complete -c ports -n '__ports_in "why"' -a '(__ports_argument ports)'
complete -c ports -n '__ports_in ""' -s p -l port -x -a '(__ports_argument ports)' -d 'only sockets with one of these local or foreign ports: 80,443,8000-8100,http'
complete -c ports -n '__ports_in ""' -l filter -x -a '(__ports_argument filter)' -d 'only sockets of which this is so, as \'state established and dport = :443\'; see ports(1), FILTER'
complete -c ports -n '__ports_in ""' -s t -l tcp -d 'TCP'
complete -c ports -n '__ports_in ""' -s u -l udp -d 'UDP; TCP and UDP are shown when no kind of sockets is named'
complete -c ports -n '__ports_in ""' -s U -l udplite -d 'UDP-Lite'
complete -c ports -n '__ports_in ""' -s S -l sctp -d 'SCTP'
complete -c ports -n '__ports_in ""' -l mptcp -d 'MPTCP: whole connections; the parts that they are made of are TCP'
complete -c ports -n '__ports_in ""' -l dccp -d 'DCCP'
complete -c ports -n '__ports_in ""' -s w -l raw -d 'raw sockets'
complete -c ports -n '__ports_in ""' -l icmp -d 'ping sockets'
complete -c ports -n '__ports_in ""' -s x -l unix -d 'unix sockets'
complete -c ports -n '__ports_in ""' -l packet -d 'packet sockets'
complete -c ports -n '__ports_in ""' -l netlink -d 'netlink sockets'
complete -c ports -n '__ports_in ""' -l vsock -d 'sockets between virtual machines and their host'
complete -c ports -n '__ports_in ""' -l xdp -d 'express data path sockets'
complete -c ports -n '__ports_in ""' -l tipc -d 'TIPC'
complete -c ports -n '__ports_in ""' -s A -l query -x -a '(__ports_argument kinds)' -d 'these kinds of sockets: all, inet, unix, tcp, unix_dgram, packet_raw and so on; !KIND: all but that'
complete -c ports -n '__ports_in ""' -s 4 -l ipv4 -d 'sockets of the IPv4 family'
complete -c ports -n '__ports_in ""' -s 6 -l ipv6 -d 'sockets of the IPv6 family; without -4 and -6 both are shown'
complete -c ports -n '__ports_in ""' -s N -l netns -x -a '(__ports_argument netns)' -d 'sockets of these network namespaces: NAME, PID, /PATH or all; may be repeated'
complete -c ports -n '__ports_in ""' -s l -l listening -d 'only sockets without a peer: LISTEN, BOUND and UNCONN'
complete -c ports -n '__ports_in ""' -s a -l all -d 'sockets in every state, which is the default; undoes -l'
complete -c ports -n '__ports_in ""' -s e -l extended -d 'the usual columns, and flags, inode and cookie'
complete -c ports -n '__ports_in ""' -s i -l info -d 'what TCP has measured, too: rtt,cwnd,retrans,in,out,in-rate,out-rate,cong'
complete -c ports -n '__ports_in ""' -s m -l memory -d 'the memory of the queues and what was dropped for want of it, too: mem,drops'
complete -c ports -n '__ports_in ""' -l columns -x -a '(__ports_argument columns)' -d 'these columns, such as local,state,owners; with a + before them: these, too; help: print all'
complete -c ports -n '__ports_in ""' -l sort -x -a '(__ports_argument column)' -d 'sort by this column, the other way round with a - before it; usual: by state and port'
complete -c ports -n '__ports_in ""' -l pane -x -a '(__ports_argument pane)' -d 'begin with this pane below the live table: none, detail, history, why or playground'
complete -c ports -n '__ports_in ""' -l group -x -a '(__ports_argument group)' -d 'the live table has totals for each port, process, state, unit, container or netns (or none)'
complete -c ports -n '__ports_in ""' -s 1 -l once -d 'print the list once, in a terminal too'
complete -c ports -n '__ports_in ""' -s c -l interval -x -a '(__ports_argument none)' -d 'refresh that often instead of every second; on the command line: print the list that often'
complete -c ports -n '__ports_in ""' -l linger -x -a '(__ports_argument none)' -d 'mark rows that are new, changed or gone for so long (3 without it)'
complete -c ports -n '__ports_in ""' -l history -x -a '(__ports_argument none)' -d 'keep so many entries of the history (10000 without it)'
complete -c ports -n '__ports_in ""' -s H -l no-header -d 'no header line in the list'
complete -c ports -n '__ports_in ""' -s W -l wide -d 'do not fit the list to the terminal'
complete -c ports -n '__ports_in ""' -l json -d 'print one JSON document'
complete -c ports -n '__ports_in ""' -l ndjson -d 'print JSON, one socket a line'
complete -c ports -n '__ports_in ""' -l csv -d 'print CSV: a header line, and what the columns show, one socket a line'
complete -c ports -n '__ports_in ""' -l format -x -a '(__ports_argument template)' -d 'print this for each socket: \'{local.port} {owners.comm}\'; help: print the names'
complete -c ports -n '__ports_in ""' -l null -d 'end each line of the list, or of --format, with a NUL byte'
complete -c ports -n '__ports_in ""' -s 0 -l zero -d 'with --format the same, as for xargs -0; else --packet, as of ss'
complete -c ports -n '__ports_in ""' -s s -l summary -d 'print how many there are, by protocol and state; also with --json or --csv'
complete -c ports -n '__ports_in ""' -l count -d 'print only how many there are'
complete -c ports -n '__ports_in ""' -s q -l quiet -d 'print nothing: the exit status says whether there is one'
complete -c ports -n '__ports_in ""' -l record -x -a '(__ports_argument file)' -d 'write down what the kernel says, and the owners, into a new file, for --replay'
complete -c ports -n '__ports_in ""' -l replay -x -a '(__ports_argument file)' -d 'show what was recorded there, at its own pace, instead of this system; the list: its end'
complete -c ports -n '__ports_in ""' -l synthetic -x -a '(__ports_argument none)' -d 'show N sockets that are made up; so many of them come or go in a second'
complete -c ports -n '__ports_in ""' -l headless -x -a '(__ports_argument none)' -d 'the live table without a terminal: print its first screen, of that size, or do --script'
complete -c ports -n '__ports_in ""' -l script -x -a '(__ports_argument file)' -d 'with --headless: do what is written there (-: standard input), step by step'
complete -c ports -n '__ports_in ""' -l clock -x -a '(__ports_argument none)' -d 'with --headless: the time of day to begin with, as 2026-11-20T14:02:11Z'
complete -c ports -n '__ports_in ""' -l playground -d 'the live table with the playground open, empty, or with a FILE.lab or the lesson that is named'
complete -c ports -n '__ports_in ""' -l private -d 'with --playground: in a private network, which nothing of this host is in'
complete -c ports -n '__ports_in ""' -l readonly -d 'the live table can neither kill nor destroy nor write files'
complete -c ports -n '__ports_in ""' -l no-owners -d 'do not look for the processes'
complete -c ports -n '__ports_in ""' -s C -l no-color -d 'no colour; the variable NO_COLOR says the same'
complete -c ports -n '__ports_in ""' -l theme -x -a '(__ports_argument theme)' -d 'colours for a background: dark, light, both or mono; auto, as without it: by COLORFGBG'
complete -c ports -n '__ports_in ""' -l bind -x -a '(__ports_argument none)' -d 'what a key does in the live table, such as \'F5 pause\'; none: nothing; may be repeated'
complete -c ports -n '__ports_in ""' -l save-view -d 'write the view into the configuration file when the live table is quit'
complete -c ports -n '__ports_in ""' -s M -l no-mouse -d 'leave the mouse to the terminal'
complete -c ports -n '__ports_in ""' -s n -l numeric -d 'numbers instead of names of hosts and services, which is the default; undoes -r'
complete -c ports -n '__ports_in ""' -s r -l resolve -d 'names of hosts and services instead of numbers'
complete -c ports -n '__ports_in ""' -s o -l timers -d 'timers, which are always shown'
complete -c ports -n '__ports_in ""' -l processes -d 'processes, which are always shown; -p without ports is this'
complete -c ports -n '__ports_in ""' -l no-config -d 'do not read the configuration file'
complete -c ports -n '__ports_in ""' -s V -l version -d 'print the version'
complete -c ports -n '__ports_in ""' -s h -l help -d 'print this'
complete -c ports -n '__ports_in ""' -a '(__ports_argument filter)'
# END
