import Handlebars from 'handlebars'
import { registerHelpers } from '../../server/web/helpers.ts'
import { icons } from '../../server/web/icons.ts'
import { states } from '../../server/web/states.ts'
import { compileOptions } from '../../server/web/view.ts'
import type { Sources } from './sources.ts'

const environment = Handlebars.create()
registerHelpers(environment)

/** What is wrong with one template: what does not parse or compile, and helpers, partials, icons and states that do not exist. */
export function faultsOf(path: string, text: string, views: Sources): string[] {
  const found: string[] = []
  try {
    const helpers = Object.keys(environment.helpers)
    environment.precompile(text, { ...compileOptions, knownHelpersOnly: true, knownHelpers: Object.fromEntries(helpers.map((name) => [name, true])) })
    new Looker(views, (fault) => found.push(`${path}: ${fault}`)).accept(environment.parse(text))
  } catch (error) {
    found.push(`${path}: ${(error as Error).message}`)
  }
  return found
}

class Looker extends Handlebars.Visitor {
  readonly #views: Sources
  readonly #tell: (fault: string) => void

  constructor(views: Sources, tell: (fault: string) => void) {
    super()
    this.#views = views
    this.#tell = tell
  }

  override PartialStatement(partial: hbs.AST.PartialStatement): void {
    const name = 'original' in partial.name ? partial.name.original : ''
    if (!(`views/partials/${name}.hbs` in this.#views)) this.#tell(`there is no partial "${name}"`)
    super.PartialStatement(partial)
  }

  override MustacheStatement(mustache: hbs.AST.MustacheStatement): void {
    this.#helper(mustache)
    super.MustacheStatement(mustache)
  }

  override SubExpression(expression: hbs.AST.SubExpression): void {
    this.#helper(expression)
    super.SubExpression(expression)
  }

  #helper({ path, params }: hbs.AST.MustacheStatement | hbs.AST.SubExpression): void {
    const helper = 'original' in path && typeof path.original === 'string' ? path.original : ''
    if (params.length > 0 && !(helper in environment.helpers)) this.#tell(`there is no helper "${helper}"`)
    const [first, second] = params.map((param) => param.type === 'StringLiteral' ? (param as hbs.AST.StringLiteral).value : null)
    if (helper === 'icon' && typeof first === 'string' && !Object.hasOwn(icons, first)) this.#tell(`there is no icon "${first}"`)
    if (helper !== 'state' || typeof first !== 'string') return
    const kind = (states as Record<string, object>)[first]
    if (!kind || (typeof second === 'string' && !Object.hasOwn(kind, second))) this.#tell(`there is no ${first} state "${second}"`)
  }
}

/** The names a source adds to `Pages`. */
export function pageKeys(text: string): string[] {
  return [...text.matchAll(/declare module '[^']*view\.ts' \{\s*interface Pages \{([\s\S]*?)\n {2}\}/g)]
    .flatMap(([, body = '']) => [...body.matchAll(/^ {4}'([^']+)':/gm)].map((match) => match[1] ?? ''))
}

/** Templates with each mustache replaced by a letter, so that what is left is markup. */
export function markupOf(views: Sources): Sources {
  const letter = (mustache: string) => `X${'\n'.repeat(mustache.split('\n').length - 1)}`
  return Object.fromEntries(Object.entries(views).map(([path, text]) => [path, text.replace(/\{\{!--[\s\S]*?--\}\}|\{\{[\s\S]*?\}\}\}?/g, letter)]))
}
