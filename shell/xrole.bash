# shellcheck shell=bash
# xrole for bash 3.2 and newer. The last line of ~/.bashrc: eval "$(xrole init bash)"

\unalias xrole 2>/dev/null || :
xrole() {
	\builtin local __xrole_a='' __xrole_f='' __xrole_o='' __xrole_rc=0
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
			'/abs/xrole' "$@"
			\return
			;;
		esac
	done
	# `$(xrole use …)` prints the code, everything else takes it here. The binary can tell: does this shell read the pipe?
	case ${BASH_SUBSHELL-} in
	'' | 0) ;;
	*)
		if [[ ! -t 1 ]]; then
			'/abs/xrole' _captured "$$" || __xrole_rc=$?
			case $__xrole_rc in
			0)
				XROLE_SHELL=bash XROLE_PREV="${__xrole_prev-}" '/abs/xrole' "$@"
				\return
				;;
			1) __xrole_rc=0 ;;
			*)
				\builtin printf 'false;\n'
				\return "$__xrole_rc"
				;;
			esac
		fi
		;;
	esac
	__xrole_f=$-
	{
		\builtin local - || : # of bash 4.4: gives the flags back after Ctrl-C, too
		\builtin set +axv
	} 2>/dev/null
	if __xrole_o=$(XROLE_SHELL=bash XROLE_PREV="${__xrole_prev-}" '/abs/xrole' "$@"); then
		\builtin eval "$__xrole_o" || __xrole_rc=$?
	else
		__xrole_rc=$?
	fi
	case $__xrole_f in *a*) \builtin set -a ;; esac
	case $__xrole_f in *v*) \builtin set -v ;; esac
	case $__xrole_f in *x*) \builtin set -x ;; esac
	\return "$__xrole_rc"
}

if [[ $- == *i* ]]; then
	__xrole_color='@XROLE_COLOR@'
	__xrole_placement='@XROLE_PROMPT@'
	__xrole_on_expire='@XROLE_ON_EXPIRE@'
	__xrole_placed=''
	__xrole_seen=''
	__xrole_told=''
	__xrole_now=''
	__xrole_ps1=''

	if ((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 402)); then
		__xrole_clock() { \builtin printf -v __xrole_now '%(%s)T' -1; }
	else
		# One `date`, and another only where SECONDS runs backwards.
		__xrole_base=''
		__xrole_last=0
		__xrole_clock() {
			case ${SECONDS-} in
			'' | *[!0123456789]* | ????????????????*)
				__xrole_now=$(\command date +%s)
				\return
				;;
			esac
			if [[ -z $__xrole_base ]] || ((10#$SECONDS < __xrole_last)); then
				__xrole_base=$(\command date +%s)
				__xrole_base=$((__xrole_base - 10#$SECONDS))
			fi
			__xrole_last=$((10#$SECONDS))
			__xrole_now=$((__xrole_base + __xrole_last))
		}
	fi

	# Arithmetic runs what stands in `a[$(…)]` and reads 09 as octal: so only this goes there.
	__xrole_num() { case $1 in '' | 0* | *[!0123456789]* | ????????????????*) \return 1 ;; esac }

	# Without keys it is AWS_PROFILE that says where this shell is.
	__xrole_at() { # NAME
		case ${AWS_PROFILE-} in "$1" | xrole-expired) ;; *) \return 1 ;; esac
	}

	# The prompt names a variable in single quotes; what stands in it is not evaluated again.
	__xrole_place() {
		__xrole_placed=1
		case $__xrole_placement in
		none) \return 0 ;;
		auto) if [[ ${STARSHIP_SHELL-} == bash || ${POSH_SHELL-} == bash ]]; then \return 0; fi ;;
		esac
		\builtin shopt -q promptvars || \return 0
		# shellcheck disable=SC2016
		case ${PS1-} in *__xrole_ps1*) ;; *) PS1='${__xrole_ps1-}'${PS1-} ;; esac
	}

	# Expired keys fail closed, so they stay; taking them away would open the default chain, but for the profile.
	__xrole_expired() { # NAME, and whether this is the shell's first prompt
		if [[ $__xrole_told != "x${XROLE_GEN-}" ]]; then
			__xrole_told="x${XROLE_GEN-}"
			if [[ -z $2 ]]; then
				\builtin printf 'xrole: the session of %s has expired; run: xrole renew\n' "$1" >&2
			fi
		fi
		if [[ $__xrole_on_expire == clear && -n ${XROLE_KEY_ID-} ]]; then
			\builtin unset -v AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
			\builtin unset -v AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION XROLE_KEY_ID
			# shellcheck disable=SC2034
			\builtin export AWS_PROFILE=xrole-expired
		fi
	}

	__xrole_prompt() {
		\builtin local "rc=$?" o='' g='' x='' n='' s='' t='' c=6 first=''
		o=$-
		case $o in *e*) rc=0 ;; esac
		__xrole_ps1=''
		if [[ -z $__xrole_placed ]]; then
			first=1
			__xrole_place
		fi
		[[ -n ${XROLE_PROFILE-} ]] || \return "$rc"
		n=$XROLE_PROFILE
		case $n in arn:*) n=${n##*/} ;; esac
		if [[ ${AWS_ACCESS_KEY_ID-} != "${XROLE_KEY_ID-}" ]] || { [[ -z ${XROLE_KEY_ID-} ]] && ! __xrole_at "$n"; }; then
			t='?' s=0
		else
			{ [[ -f ${XROLE_STAMP-} ]] && IFS=' ' \builtin read -r g x <"$XROLE_STAMP"; } 2>/dev/null || :
			if [[ $g != "${XROLE_GEN-}" && $g != "$__xrole_seen" ]] && __xrole_num "$g"; then
				__xrole_seen=$g
				{ \builtin set +axv; } 2>/dev/null
				if x=$('/abs/xrole' _sync --shell bash 2>/dev/null </dev/null); then \builtin eval "$x" || :; fi
				case $o in *a*) \builtin set -a ;; esac
				case $o in *v*) \builtin set -v ;; esac
				case $o in *x*) \builtin set -x ;; esac
			fi
			if __xrole_num "${XROLE_EXPIRES-}"; then
				__xrole_clock
				s=$((XROLE_EXPIRES - __xrole_now))
				if ((s <= 0)); then
					t=' expired'
					__xrole_expired "${n//[[:cntrl:]]/?}" "$first"
				elif ((s < 60)); then
					t=" ${s}s"
				elif ((s < 3600)); then
					t=" $((s / 60))m"
				else
					\builtin printf -v t ' %dh%02dm' "$((s / 3600))" "$((s % 3600 / 60))"
				fi
			fi
		fi
		n=${n//[[:cntrl:]]/?}
		case ${__xrole_color-} in [01234567]) c=$__xrole_color ;; esac
		if [[ -n $s ]]; then
			if ((s <= 300)); then c=1; elif ((s <= 900 && c != 1)); then c=3; fi
		fi
		if [[ -z ${NO_COLOR-} && ${TERM-dumb} != dumb ]]; then
			__xrole_ps1=$'\001\e[3'$c$'m\002'"[$n$t]"$'\001\e[39m\002 '
		else
			__xrole_ps1="[$n$t] "
		fi
		\return "$rc"
	}

	if [[ -n ${BLE_VERSION-} ]]; then
		blehook PRECMD!=__xrole_prompt
	elif [[ -n ${bash_preexec_imported-}${__bp_imported-} ]]; then
		case ${precmd_functions[*]-} in
		*__xrole_prompt*) ;;
		*) precmd_functions=(__xrole_prompt ${precmd_functions[@]+"${precmd_functions[@]}"}) ;;
		esac
	else
		# Of an array this is element 0, the only one that bash before 5.1 runs.
		case ${PROMPT_COMMAND[*]-} in
		*__xrole_prompt*) ;;
		*) PROMPT_COMMAND="__xrole_prompt${PROMPT_COMMAND:+; $PROMPT_COMMAND}" ;;
		esac
	fi

	# @XROLE_COMPLETION@
fi
