# xrole for zsh 5.3 and newer. The last line of ~/.zshrc: eval "$(xrole init zsh)"

\unalias xrole 2>/dev/null || :
# `function NAME`, since `NAME()` fails to parse where an alias of that name exists.
function xrole {
  \builtin setopt localoptions noxtrace noverbose nowarncreateglobal noallexport
  \builtin setopt nowarnnestedvar 2>/dev/null || : # of zsh 5.4
  \builtin local __xrole_a='' __xrole_o='' __xrole_rc=0
  case ${1-} in
    (use | unset | renew) ;;
    (*) '/abs/xrole' "$@"; \return ;;
  esac
  for __xrole_a in "$@"; do
    case $__xrole_a in
      (-h | --help) '/abs/xrole' "$@"; \return ;;
    esac
  done
  # `$(xrole use …)` prints the code, everything else takes it here.
  case ${ZSH_EVAL_CONTEXT-} in
    (*cmdsubst*) XROLE_SHELL=zsh XROLE_PREV="${__xrole_prev-}" '/abs/xrole' "$@"; \return ;;
  esac
  # At Ctrl-C zsh would drop the whole line with the status of something else; the binary answers it with 130.
  \builtin setopt localtraps
  \builtin trap : INT
  if __xrole_o=$(XROLE_SHELL=zsh XROLE_PREV="${__xrole_prev-}" '/abs/xrole' "$@"); then
    \builtin eval "$__xrole_o" || __xrole_rc=$?
  else
    __xrole_rc=$?
  fi
  \return "$__xrole_rc"
}

if [[ -o interactive ]]; then
  \builtin typeset -g __xrole_color='@XROLE_COLOR@' __xrole_placement='@XROLE_PROMPT@'
  \builtin typeset -g __xrole_on_expire='@XROLE_ON_EXPIRE@'
  \builtin typeset -g __xrole_placed='' __xrole_seen='' __xrole_told='' __xrole_drawn=''
  \builtin zmodload -F zsh/datetime p:EPOCHSECONDS 2>/dev/null || :

  # Arithmetic runs what stands in `a[$(…)]`: so only this goes there.
  function __xrole_num {
    case $1 in
      ('' | 0* | *[!0123456789]* | ????????????????*) \return 1 ;;
    esac
  }

  # psvar holds the text [91], whether it is coloured [92] and its colour [100] to [107]. Nothing in it is evaluated.
  function __xrole_place {
    \builtin emulate -L zsh
    __xrole_placed=1
    \builtin local where=$__xrole_placement n='' c=''
    if [[ $where == auto ]]; then
      if [[ ${STARSHIP_SHELL-} == zsh || ${POSH_SHELL-} == zsh ]] || (( ${+functions[p10k]} )); then
        where=none
      elif (( ${precmd_functions[(I)prompt_pure_precmd]} )); then
        where=right
      fi
    fi
    for n in 0 1 2 3 4 5 6 7; do c="%(10${n}V.%F{$n}.$c)"; done
    case $where in
      (none) ;;
      (right)
        \builtin typeset -g __xrole_segment="%(91V. ${c}[%91v]%(92V.%f.).)"
        [[ ${RPROMPT-} == *%91v* ]] || RPROMPT="${RPROMPT-}$__xrole_segment"
        ;;
      (*)
        \builtin typeset -g __xrole_segment="%(91V.${c}[%91v]%(92V.%f.) .)"
        [[ ${PROMPT-} == *%91v* ]] || PROMPT="$__xrole_segment${PROMPT-}"
        ;;
    esac
  }

  # Expired keys fail closed, so they stay; taking them away would open the default chain, but for the profile.
  function __xrole_expired { # NAME, and whether this is the shell's first prompt
    if [[ $__xrole_told != "x${XROLE_GEN-}" ]]; then
      __xrole_told="x${XROLE_GEN-}"
      if [[ -z $2 ]]; then
        \builtin print -r -u2 -- "xrole: the session of $1 has expired; run: xrole renew"
      fi
    fi
    if [[ $__xrole_on_expire == clear && -n ${XROLE_KEY_ID-} ]]; then
      \builtin unset -v AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY AWS_SESSION_TOKEN
      \builtin unset -v AWS_CREDENTIAL_EXPIRATION AWS_SESSION_EXPIRATION XROLE_KEY_ID
      \builtin export AWS_PROFILE=xrole-expired
    fi
  }

  # Written only where it changed, which is once a minute.
  function __xrole_draw { # TEXT, 1 if coloured, COLOUR
    \builtin typeset -g __xrole_drawn="$1$2$3"
    if [[ -z $1 ]] && (( ${#psvar} < 91 )); then \return 0; fi
    psvar[91]=$1
    psvar[92]=$2
    psvar[100,107]=('' '' '' '' '' '' '' '')
    if [[ -n $2 ]]; then psvar[100+$3]=1; fi
  }

  # Finds out what is to be shown; status 1 if the session was renewed elsewhere.
  function __xrole_tick {
    \builtin emulate -L zsh
    \builtin local g='' x='' n='' s='' t='' c=6 p='' first=''
    if [[ -z $__xrole_placed ]]; then
      first=1
      __xrole_place
    fi
    if [[ -n ${XROLE_PROFILE-} ]]; then
      n=$XROLE_PROFILE
      case $n in
        (arn:*) n=${n##*/} ;;
      esac
      p=$n
      n=${n//[[:cntrl:]]/?}
      # Without keys it is AWS_PROFILE that says where this shell is.
      if [[ ${AWS_ACCESS_KEY_ID-} != "${XROLE_KEY_ID-}" ]] ||
        [[ -z ${XROLE_KEY_ID-} && ${AWS_PROFILE-} != ("$p"|xrole-expired) ]]; then
        t='?' s=0
      else
        if [[ -f ${XROLE_STAMP-} ]]; then
          { IFS=' ' \builtin read -r g x <"$XROLE_STAMP"; } 2>/dev/null || :
        fi
        if [[ $g != "${XROLE_GEN-}" && $g != "$__xrole_seen" ]] && __xrole_num "$g"; then
          __xrole_seen=$g
          if [[ -n $first ]]; then __xrole_placed=''; fi
          \return 1
        fi
        if __xrole_num "${XROLE_EXPIRES-}" && (( ${+EPOCHSECONDS} )); then
          (( s = XROLE_EXPIRES - EPOCHSECONDS ))
          if (( s <= 0 )); then
            t=' expired'
            __xrole_expired "$n" "$first"
          elif (( s < 60 )); then
            t=" ${s}s"
          elif (( s < 3600 )); then
            t=" $(( s / 60 ))m"
          else
            \builtin printf -v t ' %dh%02dm' "$(( s / 3600 ))" "$(( s % 3600 / 60 ))"
          fi
        fi
      fi
      case ${__xrole_color-} in
        ([01234567]) c=$__xrole_color ;;
      esac
      if [[ -n $s ]]; then
        if (( s <= 300 )); then c=1; elif (( s <= 900 && c != 1 )); then c=3; fi
      fi
      p=''
      if [[ -z ${NO_COLOR-} && ${TERM-dumb} != dumb ]]; then p=1; fi
    fi
    if [[ $__xrole_drawn != "$n$t$p$c" || ${psvar[91]-} != "$n$t" ]]; then
      __xrole_draw "$n$t" "$p" "$c"
    fi
    \return 0
  }

  # The snippet is evaluated outside any `emulate`.
  function __xrole_precmd {
    if ! __xrole_tick; then
      \builtin setopt localoptions noxtrace noverbose nowarncreateglobal noallexport
      \builtin setopt nowarnnestedvar 2>/dev/null || :
      \builtin local __xrole_o=''
      if __xrole_o=$('/abs/xrole' _sync --shell zsh 2>/dev/null </dev/null); then
        \builtin eval "$__xrole_o" || :
      fi
      __xrole_tick || :
    fi
  }

  # An element of powerlevel10k.
  function prompt_xrole {
    \builtin emulate -L zsh
    \builtin local c=''
    [[ -n ${psvar[91]-} ]] || \return 0
    for c in 0 1 2 3 4 5 6 7; do
      if [[ -n ${psvar[100+c]-} ]]; then \break; fi
    done
    p10k segment -f "$c" -t "${psvar[91]//\%/%%}"
  }

  () {
    \builtin emulate -L zsh
    \builtin typeset -ga precmd_functions
    precmd_functions=(__xrole_precmd ${precmd_functions:#__xrole_precmd})
  }

  if (( ${+functions[compdef]} )); then
    :
    # @XROLE_COMPLETION@
  fi
fi
