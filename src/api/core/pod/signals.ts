const realTime = [
  ...Array.from({ length: 16 }, (_, i) => (i === 0 ? 'SIGRTMIN' : `SIGRTMIN+${i}`)),
  ...Array.from({ length: 15 }, (_, i) => (i === 14 ? 'SIGRTMAX' : `SIGRTMAX-${14 - i}`)),
]

/** Signals that may ask a container to end, as Linux names them. */
export const signals: readonly string[] = [
  ...['SIGABRT', 'SIGALRM', 'SIGBUS', 'SIGCHLD', 'SIGCLD', 'SIGCONT', 'SIGFPE', 'SIGHUP', 'SIGILL', 'SIGINT', 'SIGIO'],
  ...['SIGIOT', 'SIGKILL', 'SIGPIPE', 'SIGPOLL', 'SIGPROF', 'SIGPWR', 'SIGQUIT', 'SIGSEGV', 'SIGSTKFLT', 'SIGSTOP'],
  ...['SIGSYS', 'SIGTERM', 'SIGTRAP', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGURG', 'SIGUSR1', 'SIGUSR2', 'SIGVTALRM'],
  ...['SIGWINCH', 'SIGXCPU', 'SIGXFSZ', ...realTime],
]
