// A MongoDB server of the test's own.
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { MongoClient } from 'mongodb'
import { freePorts, fromEnvironment, start } from './process.mjs'

// `client` is the driver, connected: documents are read through it as any other program would.
export async function startMongod() {
  const program = fromEnvironment('MONGOD')
  const [port] = await freePorts(1)
  const folder = await mkdtemp(join(tmpdir(), 'pulse-mongod-'))
  const mongod = start(program, ['--dbpath', folder, '--port', String(port), '--bind_ip', '127.0.0.1', '--quiet'])
  const client = new MongoClient(`mongodb://127.0.0.1:${port}/?directConnection=true`, { serverSelectionTimeoutMS: 30_000 })
  const stop = async () => {
    mongod.resume()
    await client.close()
    await mongod.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    // The driver keeps asking until mongod answers.
    const ended = mongod.ended.then((code) => Promise.reject(new Error(`mongod ended (${code})`)))
    await Promise.race([client.db('admin').command({ ping: 1 }), ended])
  } catch (error) {
    await stop()
    throw new Error(`mongod did not start:\n${mongod.output().slice(-2000)}`, { cause: error })
  }
  return { client, stop, pause: mongod.pause, resume: mongod.resume, uri: (database) => `mongodb://127.0.0.1:${port}/${database}?directConnection=true` }
}
