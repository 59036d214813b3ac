import { importsOf, type Sources } from './sources.ts'

/** The rooms from left to right; rooms of one line may use each other as long as no circle arises. */
const floors: readonly (readonly string[])[] = [
  ['config', 'errors', 'scope', 'secrets', 'database'],
  ['web', 'files', 'sheets', 'mail', 'jobs', 'trail'],
  ['access'],
  ['accounts'], ['engagements'], ['controls'], ['history'], ['requests'], ['threads'], ['evidence'], ['marks'], ['populations'],
  ['exceptions'], ['testing'], ['templates'], ['matrix'], ['rollforward'], ['readiness'], ['departures'], ['search'], ['demo'], ['app'], ['main'],
]
const accessFloor = floors.findIndex((rooms) => rooms.includes('access'))
const demoFloor = floors.findIndex((rooms) => rooms.includes('demo'))

/** Nouns whose very matter is what other nouns hold: their rules may count with the rules to their left. */
const gatherers = new Set(['matrix', 'rollforward', 'readiness'])

type Kind = 'rules' | 'store' | 'actions' | 'routes' | 'pages'
type Place = { readonly room: string, readonly floor: number, readonly kind: Kind, readonly isRules: boolean, readonly isCommand: boolean }

/** Every import that goes against the order of the rooms or against what a kind of file may use. */
export function wrongFloors(sources: Sources): string[] {
  return Object.entries(sources).flatMap(([path, text]) => importsOf(path, text)
    .filter((target) => target.startsWith('server/') && target.endsWith('.ts'))
    .flatMap((target) => {
      const reason = refusal(placeOf(path), placeOf(target))
      return reason ? [`${path} imports ${target}: ${reason}`] : []
    }))
}

/** Circles of imports, each told once from its alphabetically first file. */
export function circles(sources: Sources): string[] {
  const found = new Set<string>()
  const done = new Set<string>()
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path)
    if (start >= 0) {
      const circle = trail.slice(start)
      const first = circle.indexOf(circle.toSorted()[0]!)
      found.add([...circle.slice(first), ...circle.slice(0, first), circle[first]].join(' → '))
      return
    }
    if (done.has(path)) return
    for (const target of importsOf(path, sources[path] ?? '')) {
      if (target in sources) visit(target, [...trail, path])
    }
    done.add(path)
  }
  for (const path of Object.keys(sources)) visit(path, [])
  return [...found]
}

function refusal(from: Place, to: Place): string | null {
  if (to.isCommand) return 'a command line is started, not imported'
  if (from.isCommand) return null
  if (from.floor < 0 || to.floor < 0) return 'a room that is not in the list of rooms'
  if (from.room === to.room) return from.isRules && from.floor > accessFloor && ['actions', 'routes', 'pages'].includes(to.kind) ? 'rules use no actions, routes or pages' : null
  if (from.floor <= accessFloor) return to.floor <= from.floor ? null : 'up to access, imports go leftward only'
  if (to.floor <= accessFloor) return null
  if (from.floor >= demoFloor) return to.floor <= from.floor ? null : 'imports go leftward only'
  if (to.floor >= demoFloor) return 'nobody imports the demo, the app or main'
  if (to.kind === 'routes') return 'nobody uses the routes of another noun'
  if (gatherers.has(from.room) && to.kind === 'rules' && to.floor < from.floor) return null
  if (from.kind === 'rules' || from.kind === 'store') return `${from.kind} import no other noun`
  if (to.kind === 'actions' && from.kind !== 'actions') return `${from.kind} use no actions of another noun`
  if (to.kind === 'actions' && to.floor > from.floor) return 'actions use the actions of nouns to the left only'
  if (to.kind === 'pages' && from.kind === 'actions') return 'actions use no pages'
  return null
}

function placeOf(path: string): Place {
  const parts = path.slice('server/'.length).replace(/\.ts$/, '').split('/')
  const room = parts[0] ?? ''
  const name = parts.at(-1) ?? ''
  const kind = (['store', 'actions', 'routes', 'pages'] as const).find((word) => name === word || name.endsWith(`-${word}`) || name.endsWith(`.${word}`))
  return { room, floor: floors.findIndex((rooms) => rooms.includes(room)), kind: kind ?? 'rules', isRules: name === 'rules', isCommand: name.endsWith('.command') }
}
