# ports_flags.m4 - the compiler and linker flags of ports, each tried before it is used.
#
# They are gathered in PORTS_CFLAGS and PORTS_LDFLAGS, which the makefile puts before the user's CFLAGS and
# LDFLAGS: what the user says comes last and wins.

# PORTS_TRY_FLAGS(VARIABLE, FLAGS)
# --------------------------------
# Append to VARIABLE each of FLAGS with which a program builds and links without a warning. -Werror is what
# makes clang refuse a flag that it does not know; gcc does so by itself. The program is written out because
# the one that autoconf makes up need not pass the warnings that are tried.
AC_DEFUN([PORTS_TRY_FLAGS], [
	for ports_flag in $2; do
		AS_VAR_PUSHDEF([ports_cached], [ports_cv_flag_$ports_flag])
		AC_CACHE_CHECK([whether $CC takes $ports_flag], [ports_cached], [
			ports_save_CFLAGS=$CFLAGS
			CFLAGS="$PORTS_CFLAGS $PORTS_LDFLAGS $ports_flag -Werror $CFLAGS"
			AC_LINK_IFELSE([AC_LANG_SOURCE([int main(void) { return 0; }])],
				[AS_VAR_SET([ports_cached], [yes])], [AS_VAR_SET([ports_cached], [no])])
			CFLAGS=$ports_save_CFLAGS
		])
		AS_VAR_IF([ports_cached], [yes], [AS_VAR_APPEND([$1], [" $ports_flag"])])
		AS_VAR_POPDEF([ports_cached])
	done
	AC_SUBST([$1])
])

# PORTS_NEED_FLAGS(FLAGS, MESSAGE)
# --------------------------------
# The same for PORTS_CFLAGS, but end configure with MESSAGE if one of FLAGS is not taken.
AC_DEFUN([PORTS_NEED_FLAGS], [
	PORTS_TRY_FLAGS([PORTS_CFLAGS], [$1])
	for ports_flag in $1; do
		AS_CASE([" $PORTS_CFLAGS "], [*" $ports_flag "*], [],
			[AC_MSG_ERROR([$CC does not take $ports_flag: $2])])
	done
])

# PORTS_DIALECT
# -------------
AC_DEFUN([PORTS_DIALECT], [PORTS_NEED_FLAGS([-std=gnu11], [a C11 compiler is needed])])

# PORTS_WARNINGS
# --------------
# Those that speak up only when something is wrong; -Wnull-dereference does not, as it knows no invariants. The
# first two are groups, so they lead.
AC_DEFUN([PORTS_WARNINGS], [PORTS_TRY_FLAGS([PORTS_CFLAGS], [ \
	-Wall \
	-Wextra \
	-Wcast-qual \
	-Wdate-time \
	-Wduplicated-branches \
	-Wduplicated-cond \
	-Wformat-signedness \
	-Wformat=2 \
	-Wimplicit-fallthrough \
	-Winit-self \
	-Wlogical-op \
	-Wmissing-include-dirs \
	-Wmissing-prototypes \
	-Wnested-externs \
	-Wold-style-definition \
	-Wpointer-arith \
	-Wredundant-decls \
	-Wshadow \
	-Wstrict-prototypes \
	-Wundef \
	-Wunused \
	-Wvla \
	-Wwrite-strings \
])])

# PORTS_HARDENING
# ---------------
# The program may run with capabilities and reads what strangers send. -fcf-protection is x86 only.
AC_DEFUN([PORTS_HARDENING], [
	PORTS_TRY_FLAGS([PORTS_CFLAGS], [ \
		-fPIE \
		-fcf-protection \
		-fstack-clash-protection \
		-fstack-protector-strong \
	])
	PORTS_TRY_FLAGS([PORTS_LDFLAGS], [ \
		-pie \
		-Wl,-z,noexecstack \
		-Wl,-z,now \
		-Wl,-z,relro \
	])
	AH_BOTTOM([
/* Here and not on the command line, so that it follows the optimisation of each compile ("make CFLAGS=-O0"
   stays quiet) and steps back when the user or the compiler has set it. */
#if defined __OPTIMIZE__ && !defined _FORTIFY_SOURCE
# define _FORTIFY_SOURCE 2
#endif])
])

# PORTS_SANITIZERS
# ----------------
# The first report ends the program, so that a test cannot pass over it. The sanitizers' own checks replace
# those of _FORTIFY_SOURCE, which hide calls from them.
AC_DEFUN([PORTS_SANITIZERS], [PORTS_NEED_FLAGS([ \
	-fsanitize=address,undefined \
	-fno-sanitize-recover=undefined \
	-fno-omit-frame-pointer \
	-D_FORTIFY_SOURCE=0 \
], [the sanitizers need it])])
