# Takes the hook out of a running zsh. What `xrole use` saved stays, so that `eval "$(xrole unset)"` gives it back.

() {
  \builtin emulate -L zsh
  \builtin local n=''
  \builtin typeset -ga precmd_functions
  precmd_functions=(${precmd_functions:#__xrole_precmd})
  if (( ${#precmd_functions} == 0 )); then \builtin unset precmd_functions; fi
  if [[ -n ${__xrole_segment-} ]]; then
    PROMPT=${PROMPT//$__xrole_segment/}
    RPROMPT=${RPROMPT//$__xrole_segment/}
  fi
  for n in {91..107}; do
    if (( ${#psvar} >= n )); then psvar[n]=''; fi
  done
  while (( ${#psvar} )) && [[ -z ${psvar[-1]} ]]; do psvar[-1]=(); done
  if (( ${+functions[compdef]} )); then compdef -d xrole 2>/dev/null || :; fi
  for n in xrole _xrole __xrole_complete __xrole_num __xrole_place __xrole_expired \
    __xrole_draw __xrole_tick __xrole_precmd prompt_xrole; do
    if (( ${+functions[$n]} )); then \builtin unfunction "$n"; fi
  done
  \builtin unset -v __xrole_color __xrole_placement __xrole_on_expire __xrole_placed __xrole_seen
  \builtin unset -v __xrole_told __xrole_drawn __xrole_segment
}
