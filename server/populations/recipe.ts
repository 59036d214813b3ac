/** The name of the file with the keys in scope that goes with every draw. */
export const keysFile = 'keys.txt'

/**
 * Lines for any POSIX shell with sha256sum, run beside keys.txt: the first check that it is the same file,
 * the others print the n drawn keys, one a line, in the order of the draw. Keys of any characters survive.
 */
export function shellLines({ seed, n, keysSha256 }: { readonly seed: string, readonly n: number, readonly keysSha256: string }): string[] {
  return [
    `echo '${keysSha256}  ${keysFile}' | sha256sum -c -`,
    'export LC_ALL=C',
    'while IFS= read -r key; do',
    `  printf '%s %s\\n' "$(printf '%s:%s' ${inQuotes(seed)} "$key" | sha256sum | cut -c 1-64)" "$key"`,
    `done < ${keysFile} | sort | head -n ${n} | cut -c 66-`,
  ]
}

function inQuotes(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
