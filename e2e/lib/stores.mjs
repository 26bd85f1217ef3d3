// Every journey runs on both stores; with `XTASK_SKIP=mongodb` (of `cargo xtask test --skip mongodb`) those on MongoDB are
// reported as skipped.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMongod } from './mongod.mjs'

const skipped = (process.env.XTASK_SKIP ?? '').split(',')

export const STORES = ['sqlite', 'mongodb']

// Options of a test on a store.
export const needs = (kind) => ({ skip: skipped.includes(kind) && `${kind} is skipped, as asked` })

// `url` for `--store`; `client`, `pause` and `resume` are there for MongoDB, `path` (of the database file) for SQLite.
export async function openStore(kind) {
  if (kind === 'mongodb') {
    const { uri, stop, ...mongod } = await startMongod()
    return { url: uri('pulse'), ...mongod, close: stop }
  }
  const folder = await mkdtemp(join(tmpdir(), 'pulse-sqlite-'))
  const path = join(folder, 'pulse.db')
  return { url: `sqlite:${path}`, path, close: () => rm(folder, { recursive: true, force: true }) }
}
