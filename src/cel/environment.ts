import { assemble, type Environment, type EnvironmentOptions } from './check/environment.ts'
import { libraries } from './library/index.ts'

/** What expressions in Kubernetes may speak of: the language, all libraries of v1.36, and these variables. */
export const createEnvironment = (options: EnvironmentOptions): Environment => assemble(libraries, options)
