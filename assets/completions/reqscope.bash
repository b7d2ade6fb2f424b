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
    # What is quoted is asked for as it is meant; behind an open quote nothing is cut and nothing needs another quote.
    local open=""
    case $current in
        \'*) open="'" kept="" words[last]="${current:1}" ;;
        *\\*) words[last]="${current//\\/}" ;;
    esac
    local value about
    COMPREPLY=()
    while IFS=$'\t' read -r value about; do
        case $value in
            %files) compopt -o default 2>/dev/null ;;
            %folders) compopt -o dirnames 2>/dev/null ;;
            *)
                value="${value#"$kept"}"
                # What a shell takes for its own.
                if [[ -z $open && $value == *[!A-Za-z0-9_.,:=/@%+-]* ]]; then
                    printf -v value %q "$value"
                    value="${value//\\,/,}"
                fi
                COMPREPLY+=("$value")
                [[ $value == *[:=/.] ]] && compopt -o nospace 2>/dev/null
                ;;
        esac
    done < <("${words[0]/#\~/$HOME}" completions bash --at "$last" -- "${words[@]}" 2>/dev/null)
    # bash would put in what several have in common in the place of what was typed: where that is less, nothing.
    local typed="${current#"$kept"}" reply
    if [[ -n $typed ]] && ((${#COMPREPLY[@]} > 1)); then
        for reply in "${COMPREPLY[@]}"; do
            [[ $reply == "$typed"* ]] || { COMPREPLY+=(" ") && break; }
        done
    fi
}
complete -F _reqscope reqscope
