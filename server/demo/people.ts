import type { ClientRole, FirmRank, FirmRole } from '../scope.ts'

/** Somebody of the story, all invented. `key` is what the loader calls them by; `note` what they are good for in the demo. */
export type FirmPerson = { readonly key: string, readonly name: string, readonly email: string, readonly title: string, readonly rank: FirmRank, readonly role: FirmRole, readonly note: string }
export type ClientPerson = { readonly key: string, readonly name: string, readonly email: string, readonly title: string, readonly role: ClientRole, readonly note: string }

export const firmName = 'Harlow & Pine CPAs LLP'

export const firmPeople: readonly FirmPerson[] = [
  firm('okafor', 'Miriam Okafor', 'Partner', 'partner', 'partner', 'Sees every engagement and answers for the reports'),
  firm('reyes', 'Daniel Reyes', 'Partner', 'partner', 'quality_reviewer', 'Reads everything; reviewed last year’s report before its release'),
  firm('natarajan', 'Priya Natarajan', 'Manager', 'manager', 'manager', 'Plans every engagement, exports the matrix'),
  firm('bergstrom', 'Tom Bergstrom', 'Senior associate', 'senior', 'senior', 'Issues requests, draws samples, reviews tests'),
  firm('fischer', 'Lena Fischer', 'Associate', 'staff', 'staff', 'Drafts requests, tests, and answered the note on AC-04'),
  firm('webb', 'Marcus Webb', 'Associate', 'staff', 'staff', 'Prepared many of the tests, PI-03 among them'),
]

const payDomain = 'paysmart.example'

/** PaySmart's people; the title is what the controls and requests know an owner by. */
export const paySmartPeople: readonly ClientPerson[] = [
  { key: 'brandt', name: 'Helena Brandt', email: `helena.brandt@${payDomain}`, title: 'Chief Operating Officer', role: 'sponsor', note: 'Signs for PaySmart' },
  { key: 'castellanos', name: 'Joel Castellanos', email: `joel.castellanos@${payDomain}`, title: 'Compliance Lead', role: 'lead', note: 'Coordinates for PaySmart; wrote the responses to the four exceptions' },
  owner('Ines Marchetti', 'HR Systems Analyst', 'Answered the request for the list of leavers, twice'),
  owner('Ravi Menon', 'DevOps Lead', 'Answered the request for the list of changes, twice'),
  owner('Carla Whitfield', 'IT Operations Manager', 'Answered for disposals and for the leavers selected'),
  owner('Dmitri Sokol', 'VP Engineering', 'Answered for the 40 changes selected'),
  owner('Noor Haddad', 'Database Reliability Engineer'),
  owner('Anneke de Wit', 'VP People Operations'),
  owner('Samuel Oyelaran', 'General Counsel'),
  owner('Beatriz Fonseca', 'Security Awareness Lead'),
  owner('Graham Ilves', 'Chief Information Security Officer'),
  owner('Mei-Lin Zhao', 'Head of Customer Success'),
  owner('Victor Ashdown', 'Chief Risk Officer'),
  owner('Paloma Reinhart', 'Vendor Risk Manager'),
  owner('Kofi Mensah-Boyd', 'Director of Application Security'),
  owner('Astrid Lindqvist', 'Identity Engineer'),
  owner('Hannah Osei', 'Director of Information Security'),
  owner('Owen Tallis', 'Site Reliability Manager'),
  owner('Yusuf Demirci', 'Facilities Manager'),
  owner('Lucia Bravo', 'Network Security Engineer'),
  owner('Piotr Zielinski', 'Platform Architect'),
  owner('Grace Nakamura', 'Endpoint Engineer'),
  owner('Ethan Kowalczyk', 'Security Operations Lead'),
  owner('Farah Siddiqui', 'Director of Product'),
  owner('Nils Aaberg', 'Payments Engineering Lead'),
  owner('Teresa Quill', 'Treasury Operations Manager'),
  owner('Jonah Feldt', 'Data Platform Lead'),
  owner('Marisol Vega', 'IT Service Desk Lead'),
]

const larkDomain = 'larkfield.example'

/** Larkfield's people, a second client of the same firm. */
export const larkfieldPeople: readonly ClientPerson[] = [
  { key: 'larkfield-sponsor', name: 'Arthur Penhallow', email: `arthur.penhallow@${larkDomain}`, title: 'Chief Executive Officer', role: 'sponsor', note: 'Signs for Larkfield' },
  { key: 'larkfield-lead', name: 'Simone Adeyemi', email: `simone.adeyemi@${larkDomain}`, title: 'Head of Compliance', role: 'lead', note: 'Coordinates for Larkfield and sees nothing of PaySmart' },
  { key: 'larkfield-identity', name: 'Kenji Morales', email: `kenji.morales@${larkDomain}`, title: 'Identity Administrator', role: 'owner', note: 'Has evidence to send again' },
  { key: 'larkfield-data', name: 'Olga Brandvold', email: `olga.brandvold@${larkDomain}`, title: 'Data Engineering Lead', role: 'owner', note: 'Is about to answer a request' },
  { key: 'larkfield-operations', name: 'Rosa Castellan', email: `rosa.castellan@${larkDomain}`, title: 'Infrastructure Lead', role: 'owner', note: 'Has two requests that are overdue' },
  { key: 'larkfield-people', name: 'Dana Whitlock', email: `dana.whitlock@${larkDomain}`, title: 'People Partner', role: 'owner', note: '' },
]

/** Whoever bears this title at PaySmart. */
export function ownerByTitle(title: string): ClientPerson {
  const person = paySmartPeople.find((one) => one.title === title)
  if (!person) throw new Error(`Nobody at PaySmart is ${title}`)
  return person
}

/** The key of whom a request names its owner by: a title at PaySmart, a key elsewhere. */
export function keyOf(owner: string): string {
  return paySmartPeople.find(({ title }) => title === owner)?.key ?? owner
}

function firm(key: string, name: string, title: string, rank: FirmRank, role: FirmRole, note: string): FirmPerson {
  return { key, name, email: `${addressOf(name)}@harlowpine.example`, title, rank, role, note }
}

function owner(name: string, title: string, note = ''): ClientPerson {
  return { key: title, name, email: `${addressOf(name)}@${payDomain}`, title, role: 'owner', note }
}

function addressOf(name: string): string {
  return name.toLowerCase().replaceAll(' ', '.')
}
