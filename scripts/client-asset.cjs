// The Kubernetes client of an executable, a file beside the program inside of it (https://nodejs.org/api/single-executable-applications.html#assets), compiled when a
// command asks for it: in the program, it would be a fifth of the snapshot that each start reads.

const { getAsset } = require('node:sea')
const { compileFunction } = require('node:vm')

const client = { exports: {} }
const run = compileFunction(getAsset('kubernetes-client.cjs', 'utf8'), ['module', 'exports', 'require'], { filename: 'kubernetes-client.cjs' })
run(client, client.exports, name => require(name))
module.exports = client.exports
