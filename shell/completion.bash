# shellcheck shell=bash
# Profile names come from the binary; subcommands and options from the generated _xrole above.
__xrole_complete() {
  local out f=$- IFS=$'\n'
  COMPREPLY=()
  out=$(\command xrole _complete 1 bash "${COMP_LINE:0:COMP_POINT}" "$COMP_WORDBREAKS" 2>/dev/null) || return 0
  case $out in
  '1 values'*)
    set -f
    # One candidate a line, quoted by the binary: split at newlines only, without file names.
    # shellcheck disable=SC2206
    COMPREPLY=(${out#1 values})
    case $f in *f*) ;; *) set +f ;; esac
    ;;
  '1 static'*)
    IFS=$' \t\n'
    _xrole "$@"
    ;;
  '1 command '*)
    IFS=$' \t\n'
    if declare -F _comp_command_offset >/dev/null; then
      _comp_command_offset "${out#1 command }"
    elif declare -F _command_offset >/dev/null; then
      _command_offset "${out#1 command }"
    else
      __xrole_complete_command "${out#1 command }"
    fi
    ;;
  esac
  return 0
}
# The command that begins at a word, where there is no bash-completion to do it.
__xrole_complete_command() {
  local at=$1 i=0 f=$- name word spec before IFS=$'\n'
  name=${COMP_WORDS[at]-} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  spec=$(complete -p -- "${name##*/}" 2>/dev/null)
  set -f
  if [[ $COMP_CWORD -le $at ]]; then
    # shellcheck disable=SC2207
    COMPREPLY=($(compgen -c -- "$word"))
    spec=none
  else
    while [[ $i -lt $at ]]; do
      COMP_LINE=${COMP_LINE#*"${COMP_WORDS[i]}"}
      i=$((i + 1))
    done
    COMP_LINE=${COMP_LINE#"${COMP_LINE%%[![:space:]]*}"}
    COMP_POINT=${#COMP_LINE} COMP_WORDS=("${COMP_WORDS[@]:at}") COMP_CWORD=$((COMP_CWORD - at))
  fi
  case $f in *f*) ;; *) set +f ;; esac
  IFS=$' \t\n'
  case $spec in
  none) ;;
  *' -F '*)
    spec=${spec#* -F }
    "${spec%% *}" "$name" "$word" "$before"
    ;;
  *' -C '*)
    spec=${spec#* -C } IFS=$'\n'
    # What stands there was quoted by bash itself. It is asked as bash asks it, and offers a line for each word.
    # shellcheck disable=SC2207
    COMPREPLY=($(
      IFS=$' \t\n'
      export COMP_LINE COMP_POINT
      eval "spec=${spec% *}" && eval "$spec \"\$name\" \"\$word\" \"\$before\""
    ))
    ;;
  '') compopt -o default 2>/dev/null ;;
  *)
    spec=${spec#complete } IFS=$'\n'
    # shellcheck disable=SC2207
    COMPREPLY=($(IFS=$' \t\n' && eval "compgen ${spec% *} -- \"\$word\""))
    ;;
  esac
  return 0
}
complete -F __xrole_complete xrole
