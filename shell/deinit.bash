# shellcheck shell=bash
# Takes the hook out of a running bash. What `xrole use` saved stays, so that `eval "$(xrole unset)"` gives it back.

__xrole_deinit() {
	\builtin local i='' text='' empty=1
	# shellcheck disable=SC2016
	PS1=${PS1//'${__xrole_ps1-}'/}
	if [[ -n ${BLE_VERSION-} ]]; then
		blehook PRECMD-=__xrole_prompt
	fi
	# shellcheck disable=SC2154
	for i in ${precmd_functions[@]+"${!precmd_functions[@]}"}; do
		if [[ ${precmd_functions[i]} == __xrole_prompt ]]; then \builtin unset -v "precmd_functions[i]"; fi
	done
	for i in ${PROMPT_COMMAND[@]+"${!PROMPT_COMMAND[@]}"}; do
		text=${PROMPT_COMMAND[i]}
		text=${text//__xrole_prompt; /}
		text=${text//; __xrole_prompt/}
		text=${text//__xrole_prompt/:}
		if [[ $text == : ]]; then text=''; fi
		if [[ -n $text ]]; then empty=''; fi
		if [[ -z $text && ${#PROMPT_COMMAND[@]} -gt 1 ]]; then
			\builtin unset -v "PROMPT_COMMAND[i]"
		elif [[ $i == 0 ]]; then
			PROMPT_COMMAND=$text # an index would make an array of a plain variable
		else
			PROMPT_COMMAND[i]=$text
		fi
	done
	if [[ -n $empty ]]; then \builtin unset -v PROMPT_COMMAND; fi
	\builtin complete -r xrole 2>/dev/null || :
	\builtin unset -v __xrole_color __xrole_placement __xrole_on_expire __xrole_placed __xrole_seen
	\builtin unset -v __xrole_told __xrole_now __xrole_ps1 __xrole_base __xrole_last
	\builtin unset -f xrole _xrole __xrole_complete __xrole_clock __xrole_num __xrole_at __xrole_place
	\builtin unset -f __xrole_expired __xrole_prompt __xrole_deinit
}
__xrole_deinit
