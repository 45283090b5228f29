# shellcheck shell=sh
# xrole for any POSIX shell: the function alone. It cannot tell that it runs inside `$(…)`: use `command xrole` there.

\unalias xrole 2>/dev/null || :
xrole() {
	case ${1-} in
	use | unset | renew) ;;
	*)
		'/abs/xrole' "$@"
		\return
		;;
	esac
	for __xrole_a in "$@"; do
		case $__xrole_a in
		-h | --help)
			\unset -v __xrole_a
			'/abs/xrole' "$@"
			\return
			;;
		esac
	done
	__xrole_f=$- __xrole_rc=0
	{ \set +axv; } 2>/dev/null
	if __xrole_o=$(XROLE_SHELL=sh XROLE_PREV="${__xrole_prev-}" '/abs/xrole' "$@"); then
		\eval "$__xrole_o" || __xrole_rc=$?
	else
		__xrole_rc=$?
	fi
	\set -- "$__xrole_f" "$__xrole_rc"
	\unset -v __xrole_a __xrole_f __xrole_o __xrole_rc
	case $1 in *a*) \set -a ;; esac
	case $1 in *v*) \set -v ;; esac
	case $1 in *x*) \set -x ;; esac
	\return "$2"
}
