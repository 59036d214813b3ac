import { Logger, runMigrations } from 'graphile-worker'
import pg from 'pg'

/**
 * Installs or updates the queue's schema, as the role that is to own it, with the one function through which the
 * application may put a job in: its role can neither read nor write the queue's tables.
 */
export async function installQueue(queueUrl: string): Promise<void> {
  const pool = new pg.Pool({ connectionString: queueUrl, max: 2, application_name: 'tickmark migrate' })
  pool.on('error', () => {})
  pool.on('connect', (client) => client.on('error', () => {}))
  try {
    await runMigrations({ pgPool: pool, logger: new Logger(() => () => {}) })
    await pool.query(enqueueFunction)
  } finally {
    await pool.end()
  }
}

// One query, so that all of it happens in one transaction.
const enqueueFunction = `
  create or replace function graphile_worker.enqueue(name text, payload json, job_key text default null, attempts integer default null)
    returns void language plpgsql security definer set search_path = graphile_worker, pg_catalog, pg_temp as $$
    begin
      perform add_job(enqueue.name, enqueue.payload, max_attempts => enqueue.attempts, job_key => enqueue.job_key, job_key_mode => 'replace');
    end $$;
  revoke all on function graphile_worker.enqueue(text, json, text, integer) from public;
  grant execute on function graphile_worker.enqueue(text, json, text, integer) to tickmark_app;
  grant usage on schema graphile_worker to tickmark_app;
`
