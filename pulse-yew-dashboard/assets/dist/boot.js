import init from './dashboard.js'

init({ module_or_path: './dashboard_bg.wasm' })
