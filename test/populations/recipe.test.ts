import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { draw } from '../../server/populations/draw.ts'
import { keysHash, keysText } from '../../server/populations/keys.ts'
import { shellLines } from '../../server/populations/recipe.ts'
import { randomFrom } from './random.ts'

const naughty = [' ', '  ', '"', "'", '\\', '\\n', '\\\\', '-', '--', '-n', '%s', '%', '%%', '$', '$HOME', '$(id)', '`id`', '*', '?', '~', '!', '#', ';', '&', '|', '<', '>', '\t', 'é', 'e\u0301', 'Ключ', '鍵', '🔑', '\u00a0', '0', '007', 'a', 'A', ':', '=', ',', '\u001b', '\u007f']

function naughtyKeys(count: number): string[] {
  const random = randomFrom(count)
  const keys = new Set<string>()
  while (keys.size < count) {
    const key = Array.from({ length: 1 + random.below(6) }, () => random.pick(naughty)).join('')
    if (key.trim() !== '') keys.add(key)
  }
  return [...keys]
}

for (const shell of ['/bin/sh', 'bash']) {
  t.test(`the shell lines give the same items in the same order from keys.txt in ${shell}`, async (t) => {
    const keys = naughtyKeys(300)
    const folder = t.testdir()
    writeFileSync(join(folder, 'keys.txt'), keysText(keys))
    for (const [seed, n] of [['7f3c9a1e2b4d5068', 25], ["it's \\ $HOME %s é", 300]] as const) {
      const script = shellLines({ seed, n, keysSha256: keysHash(keys) }).join('\n')
      const { stdout, stderr, status } = spawnSync(shell, ['-c', script], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env.PATH ?? '' } })
      t.equal(status, 0, stderr)
      t.equal(stderr, '')
      t.equal(stdout, `keys.txt: OK\n${keysText(draw(keys, seed, n).map(({ key }) => key))}`)
    }
  })
}

t.test('the first line notices a keys.txt that was changed', async (t) => {
  const folder = t.testdir({ 'keys.txt': 'a\nb\n' })
  const [check = ''] = shellLines({ seed: 's', n: 1, keysSha256: keysHash(['a', 'c']) })
  t.not(spawnSync('/bin/sh', ['-c', check], { cwd: folder }).status, 0)
})
