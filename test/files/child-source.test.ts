import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pathToFileURL } from 'node:url'
import t from 'tap'
import { handSource, takesSource } from '../../server/files/child-source.ts'

async function run(program: string): Promise<string> {
  const child = spawn(process.execPath, [takesSource, program], { env: {}, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  handSource(child, pathToFileURL(program))
  const [said, complaints] = await Promise.all([text(child.stdout!), text(child.stderr!)])
  return said + complaints
}

t.test('a child runs the text of its program that this process read first, with all it imports', async (t) => {
  const folder = t.testdir({
    'one.process.ts': "import { two, type Word } from './two.ts'\nconst said: Word = two\nconst { three } = await import('./three.ts')\nconsole.log(import.meta.main, said satisfies string, three)\n",
    'two.ts': "import { three } from './three.ts'\nexport type Word = string\nexport const two: Word = `two of ${three}`\n",
    'three.ts': "export const three: number = 3\n",
  })
  const program = join(folder, 'one.process.ts')
  t.equal(await run(program), 'true two of 3 3\n')
  writeFileSync(join(folder, 'three.ts'), 'export const three: number = 4\n')
  t.equal(await run(program), 'true two of 3 3\n', 'what changes on disk under a running process means nothing')
})

t.test('what it imports in a way that is not seen here, it reads itself', async (t) => {
  const folder = t.testdir({ 'one.process.ts': "const name: string = './two.ts'\nconst { two } = await import(name)\nconsole.log(two)\n", 'two.ts': 'export const two: number = 2\n' })
  t.equal(await run(join(folder, 'one.process.ts')), '2\n')
})

t.test('a child that ends before it has read its text does no harm', async (t) => {
  const folder = t.testdir({ 'one.process.ts': `export const one: string = '${'x'.repeat(2_000_000)}'\n` })
  const child = spawn(process.execPath, ['-e', 'process.exit(7)'], { env: {}, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] })
  handSource(child, pathToFileURL(join(folder, 'one.process.ts')))
  t.strictSame(await once(child, 'close'), [7, null])
})
