import { MAILS_PER_PAGE, type DemoPerson, type Progress, type StoredMail } from './store.ts'

/** A piece of a mail's text: words, or a link to a page of this site. */
export type Piece = { readonly text: string, readonly href: string | null }

type PeopleGroup = { readonly organization: string, readonly firm: boolean, readonly people: readonly DemoPerson[] }
type Pager = { readonly label: string, readonly first: number, readonly last: number, readonly total: number, readonly previous: string | null, readonly next: string | null }

declare module '../web/view.ts' {
  interface Pages {
    'demo/show': PageModel & { readonly progress: Progress | null, readonly loading: boolean, readonly groups: readonly PeopleGroup[] }
    'demo/mailbox': PageModel & { readonly search: string, readonly mails: readonly StoredMail[], readonly total: number, readonly pager: Pager | null }
    'demo/mail': PageModel & { readonly mail: StoredMail, readonly pieces: readonly Piece[] }
  }
}

export function demoPage(people: readonly DemoPerson[], progress: Progress | null) {
  const names = [...new Set(people.map(({ organization }) => organization))]
  const groups = names.map((organization) => {
    const members = people.filter((person) => person.organization === organization)
    return { organization, firm: members[0]?.side === 'firm', people: members }
  })
  const loading = progress ? !progress.done : people.length === 0
  return { title: 'Look around as one of the demo’s people', frame: 'center' as const, progress, loading, groups: groups.toSorted((a, b) => Number(b.firm) - Number(a.firm)) }
}

export function mailboxPage(search: string, page: number, { mails, total }: { mails: readonly StoredMail[], total: number }) {
  const first = (page - 1) * MAILS_PER_PAGE
  const address = (number: number) => `/mailbox?${new URLSearchParams({ ...(search ? { search } : {}), page: String(number) }).toString()}`
  const pager = total <= MAILS_PER_PAGE ? null : {
    label: 'Pages of the mailbox', first: first + 1, last: first + mails.length, total,
    previous: page > 1 ? address(page - 1) : null, next: first + mails.length < total ? address(page + 1) : null,
  }
  return { title: 'Mailbox of the demo', frame: 'center' as const, search, mails, total, pager }
}

export function mailPage(mail: StoredMail, publicUrl: URL) {
  return { title: mail.subject, frame: 'center' as const, mail, pieces: linkify(mail.text, publicUrl) }
}

/** The text cut at every address of this very site; others stay words. */
export function linkify(text: string, publicUrl: URL): Piece[] {
  return text.split(/(https?:\/\/[^\s<>"\\]*[^\s<>"\\.,;:!?)])/).filter((part) => part !== '').map((part) => {
    const url = URL.canParse(part) ? new URL(part) : null
    const own = url?.origin === publicUrl.origin && !url.pathname.startsWith('//')
    return { text: part, href: own ? `${url.pathname}${url.search}${url.hash}` : null }
  })
}
