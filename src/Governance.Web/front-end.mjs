// Makes wwwroot/build: installs the npm packages when the lock file changed, compiles the styles, copies the script.
// Run by the project's build (see Governance.Web.csproj). Several builds may run it at once; one works, the others wait.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(fileURLToPath(import.meta.url))
const at = (...parts) => join(root, ...parts)
const lock = at('obj', 'front-end.lock')
const outputs = [at('wwwroot', 'build', 'site.css'), at('wwwroot', 'build', 'govuk-frontend.min.js')]

if (Number(process.versions.node.split('.')[0]) < 20) fail(`Node.js 20 or later is needed to build the pages; this is ${process.version}.`)

await withLock(async () => {
  if (isFresh()) return
  install()
  mkdirSync(at('wwwroot', 'build'), { recursive: true })
  await styles(outputs[0])
  put(outputs[1], (to) => copyFileSync(at('node_modules/govuk-frontend/dist/govuk/govuk-frontend.min.js'), to))
})

function inputs() {
  const styleFiles = readdirSync(at('Styles'), { recursive: true }).filter((name) => name.endsWith('.scss')).map((name) => at('Styles', name))
  return [at('front-end.mjs'), at('package.json'), at('package-lock.json'), at('.npmrc'), ...styleFiles]
}

function isFresh() {
  if (!outputs.every((file) => existsSync(file))) return false
  const oldest = Math.min(...outputs.map((file) => statSync(file).mtimeMs))
  return inputs().every((file) => statSync(file).mtimeMs <= oldest)
}

function install() {
  const mark = at('node_modules', '.installed-from')
  const wanted = createHash('sha256').update(readFileSync(at('package-lock.json'))).digest('hex')
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted) return
  console.log('Installing the front end\'s packages (npm ci)')
  // One string, since npm is a script on Windows and needs a shell there. No package runs anything of its own.
  const run = spawnSync('npm ci --ignore-scripts --no-audit --no-fund --loglevel=error', { cwd: root, shell: true, stdio: 'inherit' })
  if (run.status !== 0) fail('npm ci failed; see above. Nothing was built.')
  writeFileSync(mark, wanted)
}

// Warnings out of packages are theirs to mend; a warning out of our own styles fails the build.
async function styles(output) {
  const sass = await import('sass')
  const complaints = []
  try {
    const { css } = sass.compile(at('Styles', 'site.scss'), {
      loadPaths: [root],
      quietDeps: true,
      style: 'compressed',
      logger: {
        // A deprecation tells its place, a written warning the calls that led to it.
        warn: (message, { span, stack }) => {
          const place = span?.url?.pathname ?? stack?.trim().split('\n')[0] ?? ''
          if (!place.includes('node_modules/')) complaints.push(`${place}: ${message}`)
        },
        debug: () => {},
      },
    })
    if (complaints.length > 0) fail(complaints.join('\n'))
    put(output, (to) => writeFileSync(to, css))
  } catch (error) {
    fail(String(error.message ?? error))
  }
}

// Written beside and renamed, so that a site that is running never serves half a file.
function put(file, write) {
  const beside = `${file}.${process.pid}.tmp`
  write(beside)
  const now = new Date()
  utimesSync(beside, now, now)
  renameSync(beside, file)
}

async function withLock(work) {
  mkdirSync(dirname(lock), { recursive: true })
  const giveUp = Date.now() + 5 * 60_000
  for (;;) {
    try {
      writeFileSync(lock, String(process.pid), { flag: 'wx' })
      break
    } catch (error) {
      if (error.code !== 'EEXIST') throw error
      if (!holderLives()) rmSync(lock, { force: true })
      else if (Date.now() > giveUp) fail(`Another build has held ${lock} for five minutes. Delete it if no build is running.`)
      else await new Promise((resolve) => setTimeout(resolve, 200))
    }
  }
  process.on('exit', () => rmSync(lock, { force: true }))
  await work()
}

// A build that was killed leaves its lock behind.
function holderLives() {
  try {
    const holder = Number(readFileSync(lock, 'utf8'))
    if (!holder) return Date.now() - statSync(lock).mtimeMs < 5000
    process.kill(holder, 0)
    return true
  } catch (error) {
    return error.code === 'EPERM' || (error.code === 'ENOENT')
  }
}

// MSBuild shows lines of this form as errors of the build.
function fail(message) {
  console.error(`front-end : error FE0001: ${message}`)
  process.exit(1)
}
