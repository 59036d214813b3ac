import type { DrawMethod, Stratum } from '../database/schema/populations.ts'

/** The name of the file with the keys in scope that goes with every draw. */
export const keysFile = 'keys.txt'
/** The name of the file with the part each of these keys belongs to, line for line, where a draw was divided. */
export const strataFile = 'strata.txt'

export type Recipe = {
  readonly method?: DrawMethod
  readonly seed: string
  readonly n: number
  readonly keysSha256: string
  readonly populationSize?: number
  readonly strata?: readonly Stratum[]
}

/**
 * Lines for any POSIX shell with sha256sum, run beside keys.txt: the first check that it is the same file,
 * the others print the n drawn keys, one a line, in the order of the draw. Keys of any characters survive.
 */
export function shellLines({ method = 'random', seed, n, keysSha256, populationSize = n, strata = [] }: Recipe): string[] {
  const check = `echo '${keysSha256}  ${keysFile}' | sha256sum -c -`
  if (method === 'systematic') return [check, ...systematicLines(seed, n, populationSize)]
  if (method === 'stratified') return [check, 'export LC_ALL=C', ...ranked(seed, `paste -d ' ' ${strataFile} - | sort -k 2 | `, strata)]
  return [check, 'export LC_ALL=C', ...digests(seed, `sort | head -n ${n} | cut -c 66-`)]
}

/** Every N/n-th line from the start that the seed gives: rule sha256-start-v1, in the shell's whole numbers. */
function systematicLines(seed: string, n: number, N: number): string[] {
  return [
    `N=${N}; n=${n}; H=$((0x$(printf '%s:start' ${inQuotes(seed)} | sha256sum | cut -c 1-8)))`,
    'j=0; while [ $j -lt $n ]; do',
    '  echo $((j * N / n + ((j * N % n) * 4294967296 + H * N) / (n * 4294967296) + 1)); j=$((j + 1))',
    `done | awk 'NR == FNR { wanted[$1] = 1; next } FNR in wanted' - ${keysFile}`,
  ]
}

/** The lowest of each part by the order of the seed, all of them then in that order. The parts are numbered in strata.txt. */
function ranked(seed: string, join: string, strata: readonly Stratum[]): string[] {
  const shares = strata.map(({ drawn }, index) => `share[${index + 1}] = ${drawn}`).join('; ')
  return digests(seed, `${join}awk 'BEGIN { ${shares} } taken[$1]++ < share[$1]' | cut -d ' ' -f 3-`)
}

function digests(seed: string, then: string): string[] {
  return [
    'while IFS= read -r key; do',
    `  printf '%s %s\\n' "$(printf '%s:%s' ${inQuotes(seed)} "$key" | sha256sum | cut -c 1-64)" "$key"`,
    `done < ${keysFile} | ${then}`,
  ]
}

/** The text of strata.txt: for each key of keys.txt the number of its part, in the order in which the record names the parts. */
export function strataText(parts: Iterable<string>, strata: readonly Stratum[]): string {
  const numbers = new Map(strata.map(({ name }, index) => [name, index + 1]))
  let text = ''
  for (const part of parts) text += `${numbers.get(part) ?? 0}\n`
  return text
}

function inQuotes(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}
