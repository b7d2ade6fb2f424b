# Completion of reqscope for fish; the program itself says what can stand at the cursor.
function __reqscope_complete
    set -l words (commandline --current-process --tokenize --cut-at-cursor)
    set -l token (commandline --current-token --cut-at-cursor)
    set -l program (string replace --regex '^~' $HOME -- $words[1])
    for line in ($program completions fish --at (count $words) -- $words "$token" 2>/dev/null)
        switch $line
            case '%files' '%folders'
                # The name of an option that stands before the path stays there.
                set -l option (string match --regex -- '^--[^=]*=' $token)
                set -l path (string replace --regex -- '^--[^=]*=' '' $token)
                if test $line = '%folders'
                    string replace --regex -- '^' "$option" (__fish_complete_directories "$path" '')
                else
                    string replace --regex -- '^' "$option" (__fish_complete_path "$path")
                end
            case '*'
                printf '%s\n' $line
        end
    end
end
complete --command reqscope --no-files --keep-order --arguments '(__reqscope_complete)'
# What follows an option and = need not begin with what is typed: a city without its continent.
complete --command reqscope --long-option tz --exclusive --condition 'string match --quiet -- "--tz=*" (commandline --current-token)' --arguments '(__reqscope_complete | string replace -- "--tz=" "")'
