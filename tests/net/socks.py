"""Real sockets in every state, made by this process and held until the end of the test."""

import errno
import socket

import pytest

LOCALHOSTS = ("127.0.0.1", "::1")


def family_of(host):
    return socket.AF_INET6 if ":" in host else socket.AF_INET


def ends(sock):
    """The two ends of a socket, as the lists write them."""
    try:
        peer = sock.getpeername()
    except OSError as error:
        if error.errno != errno.ENOTCONN:
            raise
        peer = ("::" if sock.family == socket.AF_INET6 else "0.0.0.0", 0)
    return endpoint(sock.family, sock.getsockname()), endpoint(sock.family, peer)


def endpoint(family, name):
    host, port = name[0], name[1] or "*"
    return f"[{host}]:{port}" if family == socket.AF_INET6 else f"{host}:{port}"


class Socks:
    """Makes sockets and keeps them."""

    def __init__(self):
        self._kept = []

    def keep(self, *socks):
        self._kept.extend(socks)
        return socks[0] if len(socks) == 1 else socks

    def close(self):
        for sock in self._kept:
            sock.close()
        self._kept.clear()

    def new(self, host="127.0.0.1", kind=socket.SOCK_STREAM, options=()):
        sock = self.keep(socket.socket(family_of(host), kind))
        for level, name, value in options:
            sock.setsockopt(level, name, value)
        return sock

    def bound(self, host="127.0.0.1", port=0, kind=socket.SOCK_STREAM, options=()):
        sock = self.new(host, kind, options)
        sock.bind((host, port))
        return sock

    def udp(self, host="127.0.0.1", port=0, options=()):
        return self.bound(host, port, socket.SOCK_DGRAM, options)

    def udp_to(self, peer, host="127.0.0.1"):
        sock = self.udp(host)
        sock.connect(peer.getsockname())
        return sock

    def listener(self, host="127.0.0.1", port=0, backlog=64, options=()):
        sock = self.bound(host, port, options=options)
        sock.listen(backlog)
        return sock

    def client(self, listener, options=(), host="127.0.0.1"):
        """Connected, and not yet accepted."""
        sock = self.new(host if listener.family == socket.AF_INET else "::1", options=options)
        sock.settimeout(10)
        sock.connect(listener.getsockname()[:2])
        return sock

    def connecting(self, listener):
        sock = self.new("::1" if listener.family == socket.AF_INET6 else "127.0.0.1")
        sock.setblocking(False)
        assert sock.connect_ex(listener.getsockname()[:2]) == errno.EINPROGRESS
        return sock

    def pair(self, listener, options=()):
        """A connection: the end that asked for it, and the end that accepted it."""
        client = self.client(listener, options)
        listener.settimeout(10)
        return client, self.keep(listener.accept()[0])


@pytest.fixture
def socks(netns):
    """Sockets of this process, in a private network namespace."""
    made = Socks()
    yield made
    made.close()


SMALL = ((socket.SOL_SOCKET, socket.SO_SNDBUF, 4096), (socket.SOL_SOCKET, socket.SO_RCVBUF, 4096))


def stuff(sock):
    """Sends until neither the peer nor the own buffer takes more: a FIN behind that cannot leave."""
    sock.setblocking(False)
    for _ in range(10000):
        try:
            sock.send(b"x" * 4096)
        except BlockingIOError:
            return
    pytest.fail("the buffers never filled")


class Maker:
    """One socket in a wanted state; the listeners behind them are shared, so that thousands of them are cheap."""

    def __init__(self, socks, host):
        self.socks, self.host = socks, host
        self.open = socks.listener(host, options=SMALL)
        self._deaf, self._deferring = None, None

    def listen(self):
        return ends(self.socks.listener(self.host))

    def bound(self):
        return ends(self.socks.bound(self.host))

    def syn_sent(self):
        """A full accept queue drops SYNs (tcp_conn_request)."""
        if self._deaf is None:
            self._deaf = self.socks.listener(self.host, backlog=0)
            self.socks.client(self._deaf)
        return ends_connecting(self.socks.connecting(self._deaf), self._deaf)

    def syn_recv(self):
        """The server's end of a handshake whose last ACK is put off until data comes (tcp(7), TCP_DEFER_ACCEPT)."""
        if self._deferring is None:
            defer = (socket.IPPROTO_TCP, socket.TCP_DEFER_ACCEPT, 60)
            self._deferring = self.socks.listener(self.host, options=[defer])
        return ends(self.socks.client(self._deferring))[::-1]

    def established(self):
        return ends(self.socks.pair(self.open)[0])

    def fin_wait1(self):
        client, _ = self.socks.pair(self.open, SMALL)
        stuff(client)
        client.shutdown(socket.SHUT_WR)
        return ends(client)

    def fin_wait2(self):
        client, _ = self.socks.pair(self.open)
        client.shutdown(socket.SHUT_WR)
        return ends(client)

    def close_wait(self):
        return self.fin_wait2()[::-1]

    def time_wait(self):
        client, server = self.socks.pair(self.open)
        names = ends(client)
        client.close()
        server.close()
        return names

    def last_ack(self):
        client, server = self.socks.pair(self.open, SMALL)
        stuff(server)
        names = ends(server)
        client.shutdown(socket.SHUT_WR)
        wait_for_end(server)
        server.shutdown(socket.SHUT_WR)
        return names

    def closing(self):
        client, server = self.socks.pair(self.open, SMALL)
        stuff(client)
        names = ends(client)
        client.shutdown(socket.SHUT_WR)
        server.shutdown(socket.SHUT_WR)
        return names


def ends_connecting(sock, listener):
    """getpeername() knows no peer until the handshake is over."""
    return endpoint(sock.family, sock.getsockname()), endpoint(sock.family, listener.getsockname())


def wait_for_end(sock):
    """Until the peer's FIN is here."""
    sock.settimeout(10)
    assert sock.recv(1) == b""


STATES = {
    "LISTEN": Maker.listen,
    "BOUND": Maker.bound,
    "SYN_SENT": Maker.syn_sent,
    "SYN_RECV": Maker.syn_recv,
    "ESTABLISHED": Maker.established,
    "FIN_WAIT1": Maker.fin_wait1,
    "FIN_WAIT2": Maker.fin_wait2,
    "TIME_WAIT": Maker.time_wait,
    "CLOSE_WAIT": Maker.close_wait,
    "LAST_ACK": Maker.last_ack,
    "CLOSING": Maker.closing,
}
