# Completion of reqscope for bash; the program itself says what can stand at the cursor.
_reqscope() {
    # bash cuts words at = and : too; here they are put together again.
    local rest="${COMP_LINE:0:COMP_POINT}" words=() word i last
    for ((i = 0; i <= COMP_CWORD; i++)); do
        last=$((${#words[@]} - 1))
        if ((i == COMP_CWORD)); then
            word="${rest#"${rest%%[![:space:]]*}"}"
        else
            word="${COMP_WORDS[i]}"
        fi
        if ((last >= 0)) && [[ -n $rest && $rest != [[:space:]]* ]]; then
            words[last]+="$word"
        else
            words+=("$word")
        fi
        rest="${rest#"${rest%%[![:space:]]*}"}"
        rest="${rest#"$word"}"
    done
    last=$((${#words[@]} - 1))
    # What bash leaves as it is when it puts the completion in.
    local current="${words[last]}" breaks="" kept=""
    [[ $COMP_WORDBREAKS == *:* ]] && breaks+=":"
    [[ $COMP_WORDBREAKS == *=* ]] && breaks+="="
    [[ -n $breaks ]] && kept="${current%"${current##*[$breaks]}"}"
    local value about
    COMPREPLY=()
    while IFS=$'\t' read -r value about; do
        case $value in
            %files) compopt -o default 2>/dev/null ;;
            %folders) compopt -o dirnames 2>/dev/null ;;
            *)
                COMPREPLY+=("${value#"$kept"}")
                [[ $value == *[:=/.] ]] && compopt -o nospace 2>/dev/null
                ;;
        esac
    done < <("${words[0]/#\~/$HOME}" completions bash --at "$last" -- "${words[@]}" 2>/dev/null)
}
complete -F _reqscope reqscope
