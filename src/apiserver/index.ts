export { type ApiServer, type ApiServerDeps, type ApiServerParts, createApiServer } from './server.ts'
