export type FirmRank = 'partner' | 'manager' | 'senior' | 'staff'
export type FirmRole = 'partner' | 'quality_reviewer' | 'manager' | 'senior' | 'staff'
export type ClientRole = 'sponsor' | 'lead' | 'owner'
export type Role = FirmRole | ClientRole

/** Who acts: a signed-in person, the recipient of an answer link, or the program itself. */
export type Actor =
  | { readonly kind: 'person', readonly id: string, readonly name: string }
  | { readonly kind: 'link', readonly id: string, readonly personId: string, readonly name: string, readonly requestId: string }
  | { readonly kind: 'job', readonly name: string }

/** The facts of an engagement that nearly every page and rule needs. Dates are ISO, inclusive, in `zone`. */
export type EngagementFacts = {
  readonly id: string
  readonly clientId: string
  readonly client: string
  readonly firm: string
  readonly system: string
  readonly type: 1 | 2
  readonly asOf: string | null
  readonly periodStart: string | null
  readonly periodEnd: string | null
  readonly zone: string
  readonly categories: readonly string[]
  readonly phase: string
  /** Absent: an examination. */
  readonly purpose?: 'examination' | 'readiness'
}

/** Everything an action may know of its caller. */
export type Scope = {
  readonly actor: Actor
  readonly side: 'firm' | 'client' | 'program'
  readonly organizationId: string | null
  readonly rank: FirmRank | null
  readonly role: Role | null
  readonly engagement: EngagementFacts | null
  /** Network address the call came from; 'job' when the program acts by itself. */
  readonly address: string
  /** Only the demo loader sets it: the moment at which a step of the demo is said to have happened. */
  readonly at: Date | null
  /** Of the firm, who looks at the engagement as `actor` of the client does; such a scope only reads. */
  readonly viewer?: { readonly id: string, readonly name: string }
}

export type EngagementScope = Scope & { readonly engagement: EngagementFacts, readonly role: Role | null }
export type PersonScope = Scope & { readonly actor: Extract<Actor, { kind: 'person' }> }
export type LinkScope = EngagementScope & { readonly actor: Extract<Actor, { kind: 'link' }> }

/** Id of the person behind the call, or null when the program acts by itself. */
export function personOf(scope: Scope): string | null {
  if (scope.actor.kind === 'person') return scope.actor.id
  if (scope.actor.kind === 'link') return scope.actor.personId
  return null
}
