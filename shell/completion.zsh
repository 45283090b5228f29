# Profile names come from the binary; subcommands and options from the generated part above.
_xrole() {
  local out line value
  local -a values
  out=$(command xrole _complete 1 zsh -- "${(@Q)words[1,CURRENT]}" 2>/dev/null) || return 1
  case $out in
  ('1 values'*)
    for line in "${(@f)${out#*$'\n'}}"; do
      value=${line%%$'\t'*}
      value=${value//\\/\\\\}
      values+=("${value//:/\\:}:${line#*$'\t'}")
    done
    _describe -V profile values
    ;;
  ('1 static'*) _xrole_static "$@" ;;
  ('1 command '*)
    value=${out#1 command }
    shift $value words
    (( CURRENT -= value ))
    _normal
    ;;
  (*) return 1 ;;
  esac
}

if [ "${funcstack[1]-}" = "_xrole" ]; then
  _xrole "$@"
elif (( ${+functions[compdef]} )); then
  compdef _xrole xrole
fi
