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
  esac
  return 0
}
complete -F __xrole_complete xrole
