/** Every job there is, with what it is told. A payload holds ids only: it is kept where any operator may read it. */
export type Payloads = {
  readonly deliver_mail: { readonly mailId: string, readonly engagementId?: string | null }
  readonly make_preview: { readonly engagementId: string, readonly fileId: string }
  readonly read_evidence: { readonly engagementId: string, readonly fileId: string }
  readonly draw_leaves: { readonly engagementId: string, readonly fileId: string, readonly first: number }
  /** `at`: the moment the demo's story is at; see Scope. */
  readonly read_population: { readonly engagementId: string, readonly populationId: string, readonly at?: string }
  readonly load_demo: Readonly<Record<string, never>>
  readonly issue_series: Readonly<Record<string, never>>
  readonly sweep_uploads: Readonly<Record<string, never>>
  readonly begin_mornings: Readonly<Record<string, never>>
  readonly remind_owners: { readonly engagementId: string }
  /** `day`: ISO date of the morning, in the person's zone. */
  readonly send_digest: { readonly personId: string, readonly day: string }
}

export type JobName = keyof Payloads

/** How often a job is tried before it is given up; the pause between two attempts grows from seconds to hours. */
export const attemptsOf: Readonly<Record<JobName, number>> = {
  deliver_mail: 25,
  make_preview: 3,
  read_evidence: 3,
  draw_leaves: 3,
  read_population: 3,
  load_demo: 3,
  issue_series: 3,
  sweep_uploads: 1,
  begin_mornings: 1,
  remind_owners: 5,
  send_digest: 5,
}
