// A MongoDB server of the test's own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { fromEnvironment, onPorts, start } from './process.mjs'
import { waitUntil } from './wait.mjs'

// mongod logs this once it accepts connections.
const READY = 'aiting for connections'

// `client` is the driver, connected: documents are read through it as any other program would.
export async function startMongod() {
  const program = fromEnvironment('MONGOD')
  const folder = await mkdtemp(join(tmpdir(), 'pulse-mongod-'))
  const [mongod, port] = await onPorts(1, async ([port]) => {
    const mongod = start(program, ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1'])
    const isReady = () => mongod.output().includes(READY)
    try {
      await waitUntil('mongod is ready', isReady, { within: 30_000, check: mongod.check })
    } catch (error) {
      await mongod.kill()
      throw new Error(`mongod did not start:\n${mongod.output().slice(-4000)}`, { cause: error })
    }
    return [mongod, port]
  })
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, { serverSelectionTimeoutMS: 30_000 })
  const stop = async () => {
    mongod.resume()
    await client.close()
    await mongod.stop()
    await rm(folder, { recursive: true, force: true })
  }
  return { client, stop, pause: mongod.pause, resume: mongod.resume, uri: (database) => `mongodb://127.0.0.1:${port}/${database}?directConnection=true` }
}
