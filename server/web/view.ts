import { readdirSync, readFileSync } from 'node:fs'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import Handlebars from 'handlebars'
import { registerHelpers } from './helpers.ts'

/** The model of each page by template name; every noun's pages.ts adds its own by declaration merging. */
export interface Pages {}

/** Tabs of an engagement in their order: name (also the folder in the address) and word. */
export const tabs = {
  overview: 'Overview',
  timeline: 'Timeline',
  setup: 'Setup',
  readiness: 'Readiness',
  controls: 'Controls',
  requests: 'Requests',
  populations: 'Populations',
  testing: 'Testing',
  exceptions: 'Exceptions',
  matrix: 'Matrix',
  report: 'Report',
  trail: 'Trail',
  team: 'Team and scope',
} as const

export type TabName = keyof typeof tabs

/** What every page model may say to the layout around it. */
export type PageModel = {
  readonly title: string
  readonly tab?: TabName
  /** Files of static/ that this page runs, besides those of its layout. */
  readonly scripts?: readonly string[]
  /** 'page' has margins (the default), 'center' is narrower, 'bare' reaches the edges (two panes); on the owner's layout a bare page brings its own `<main id="main">`. */
  readonly frame?: 'page' | 'center' | 'bare'
}

/** What stands around a page: who is signed in, where they are, what waits for them. */
export type Shell = {
  readonly person: { readonly name: string, readonly role: string } | null
  readonly organization: string | null
  readonly engagement: { readonly id: string, readonly client: string, readonly firm: string, readonly label: string } | null
  /** The tabs this person may open, with the number of things behind each or null. */
  readonly tabs: readonly { readonly name: TabName, readonly count: number | null }[]
  /** How many things wait for the person, and whether there are more than were counted. */
  readonly waiting: { readonly count: number, readonly more: boolean }
  /** Whom of the client the person looks as, and where to end that. */
  readonly viewing?: { readonly name: string, readonly role: string, readonly end: string }
}

export type PageOptions = { readonly status?: number, readonly layout?: 'desk' | 'owner' | 'plain' }

declare module 'fastify' {
  interface FastifyReply {
    /** Renders a page into its layout: the desk for a signed-in person, else the plain one, unless told. */
    page<K extends keyof Pages>(name: K, model: Pages[K] & PageModel, options?: PageOptions): Promise<FastifyReply>
  }
}

export type ViewOptions = { readonly shell: (request: FastifyRequest) => Promise<Shell> }

/** Stands around a page that belongs to nobody in particular. */
export const emptyShell: Shell = { person: null, organization: null, engagement: null, tabs: [], waiting: { count: 0, more: false } }

const folder = new URL('../../views/', import.meta.url)
let read: ReadonlyMap<string, HandlebarsTemplateDelegate> | undefined

/** Reads every template and adds `reply.page`. */
export function registerViews(app: FastifyInstance, { shell }: ViewOptions): void {
  templates()
  app.decorateReply('page', async function page(this: FastifyReply, name: string, model: PageModel, options: PageOptions = {}) {
    // The plain layout says nothing of the person, so an error page needs no database.
    const around = options.layout === 'plain' ? emptyShell : await shell(this.request)
    const layout = options.layout ?? (around.person ? 'desk' : 'plain')
    const body = renderTemplate(name, model)
    return this.code(options.status ?? 200)
      .header('cache-control', 'no-store')
      .type('text/html; charset=utf-8')
      .send(renderTemplate(`layouts/${layout}`, layoutModel(model, around, body)))
  })
}

/** The text of one template: 'requests/list', 'mail/request' or 'mail/request.text' (`.text` is not escaped as HTML). */
export function renderTemplate(name: string, model: object): string {
  const template = templates().get(name)
  if (!template) throw new Error(`There is no template "${name}"`)
  return template(model)
}

/** A mail in its two forms, from views/mail/<name>.hbs and views/mail/<name>.text.hbs. */
export function renderMail(name: string, model: object): { html: string, text: string } {
  return { html: renderTemplate(`mail/${name}`, model), text: renderTemplate(`mail/${name}.text`, model) }
}

function layoutModel(model: PageModel, shell: Shell, body: string) {
  const base = shell.engagement ? `/engagements/${encodeURIComponent(shell.engagement.id)}` : ''
  return {
    ...shell,
    title: model.title,
    frame: model.frame ?? 'page',
    scripts: model.scripts ?? [],
    base,
    client: shell.engagement?.client ?? null,
    viewing: shell.viewing ?? null,
    tabs: shell.tabs.map(({ name, count }) => ({
      word: tabs[name],
      href: name === 'overview' ? base : `${base}/${name}`,
      count,
      current: name === model.tab,
    })),
    body,
  }
}

function templates(): ReadonlyMap<string, HandlebarsTemplateDelegate> {
  read ??= readAll()
  return read
}

// Read whole at the start, so that files which change under a running process mean nothing; parsed when first shown.
function readAll(): ReadonlyMap<string, HandlebarsTemplateDelegate> {
  const handlebars = Handlebars.create()
  registerHelpers(handlebars)
  const found = new Map<string, HandlebarsTemplateDelegate>()
  for (const file of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.hbs')) continue
    const name = file.slice(0, -'.hbs'.length)
    const text = readFileSync(new URL(file, folder), 'utf8')
    let compiled: HandlebarsTemplateDelegate | undefined
    const template: HandlebarsTemplateDelegate = (model, options) => {
      compiled ??= handlebars.compile(handlebars.parse(text, { srcName: file }), { ...compileOptions, noEscape: name.endsWith('.text') })
      return compiled(model, options)
    }
    found.set(name, template)
    if (name.startsWith('partials/')) handlebars.registerPartial(name.slice('partials/'.length), template)
  }
  return found
}

/** Strict, and a partial sees only what it is given: what a page calls the same cannot leak in. */
export const compileOptions = { strict: true, explicitPartialContext: true, preventIndent: true } as const
