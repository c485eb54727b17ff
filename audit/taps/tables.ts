/**
 * Tables of the exports of Node's built-in modules that are tapped.
 *
 * The functions of a module in the table reach outside of the program. So each of them is tapped unless `free` names it, and so is each that
 * a later version of Node adds. Classes (names with a capital) stay as they are, except for the methods under `methods` and the
 * constructors under `construct`.
 */
export interface Table {
  /** The kind of event that a call of one of its functions is, unless `kinds` has another. */
  readonly kind: string;
  /** Functions that touch nothing outside, and get no tap. */
  readonly free?: string;
  /** For a module whose functions are mostly pure: those that get a tap. The other exports are not even read. */
  readonly only?: string;
  /** Functions of another kind than the module's. */
  readonly kinds?: Readonly<Record<string, string>>;
  /** Classes of which a construction is an event. */
  readonly construct?: string;
  /** By export: tapped methods of a class's prototype, or of an object; `*` for all of them. */
  readonly methods?: Readonly<Record<string, string>>;
  /** By export: tapped static methods of a class. */
  readonly statics?: Readonly<Record<string, string>>;
}

/** Tables by module name, without `node:` where Node takes both spellings. */
export const tables: Readonly<Record<string, Table>> = {
  // Node exports these functions a second time, under names of old versions.
  _http_client: { kind: "network", construct: "ClientRequest" },
  _tls_wrap: { kind: "network" },
  async_hooks: {
    kind: "context",
    // `run` and `exit` change the store only for the function that they call, and `getStore` is noticed there.
    methods: { AsyncLocalStorage: "enterWith withScope", AsyncResource: "asyncId triggerAsyncId" },
  },
  child_process: {
    kind: "child",
    free: "_forkChild",
    methods: { ChildProcess: "spawn kill send disconnect ref unref" },
  },
  cluster: {
    kind: "child",
    only: "setupPrimary setupMaster fork disconnect Worker",
    methods: { Worker: "kill send disconnect destroy" },
  },
  crypto: {
    kind: "random",
    free:
      "argon2Sync checkPrimeSync createCipher createCipheriv createDecipher createDecipheriv createDiffieHellmanGroup " +
      "createECDH createHash createHmac createMac createPrivateKey createPublicKey createSecretKey createSign " +
      "createVerify decapsulate diffieHellman getCipherInfo getCiphers getCurves getDiffieHellman getHashes getMacs " +
      "hash hkdfSync parsePKCS12 pbkdf2Sync privateDecrypt publicDecrypt scryptSync timingSafeEqual verify",
    kinds: {
      argon2: "async",
      checkPrime: "async",
      getFips: "process",
      hkdf: "async",
      pbkdf2: "async",
      scrypt: "async",
      secureHeapUsed: "process",
      setEngine: "process",
      setFips: "process",
    },
    construct: "DiffieHellman",
    methods: {
      DiffieHellman: "generateKeys",
      DiffieHellmanGroup: "generateKeys",
      ECDH: "generateKeys",
      Sign: "sign",
    },
  },
  dgram: {
    kind: "network",
    methods: { Socket: "bind bindSync close connect connectSync disconnect send sendto addMembership dropMembership" },
  },
  dns: { kind: "network", methods: { Resolver: "*" } },
  "dns/promises": { kind: "network", methods: { Resolver: "*" } },
  fs: {
    kind: "file",
    construct: "ReadStream WriteStream FileReadStream FileWriteStream Utf8Stream",
    // `destroySoon` is a copy of the `end` of all streams, which may have been made before that was tapped.
    methods: { Dir: "*", FileWriteStream: "destroySoon", Utf8Stream: "*", WriteStream: "destroySoon" },
  },
  "fs/promises": { kind: "file" },
  http: {
    kind: "network",
    free: "validateHeaderName validateHeaderValue",
    construct: "ClientRequest WebSocket",
    methods: {
      Agent: "addRequest createConnection createSocket destroy",
      ClientRequest: "abort destroy",
      OutgoingMessage: "write end flushHeaders addTrailers",
      Server: "close closeAllConnections closeIdleConnections",
      ServerResponse: "writeContinue writeEarlyHints writeHead writeInformation writeProcessing",
    },
  },
  http2: {
    kind: "network",
    free: "getDefaultSettings getPackedSettings getUnpackedSettings",
    methods: { Http2ServerResponse: "write end writeHead flushHeaders createPushResponse" },
  },
  https: { kind: "network", methods: { Agent: "createConnection", Server: "close" } },
  inspector: {
    kind: "inspector",
    methods: {
      DOMStorage: "*",
      Network: "*",
      NetworkResources: "*",
      Session: "connect connectToMainThread disconnect post",
      console: "*",
    },
  },
  "inspector/promises": {
    kind: "inspector",
    methods: { DOMStorage: "*", Network: "*", NetworkResources: "*", Session: "post" },
  },
  module: {
    kind: "module",
    // The other functions load modules, and loaders replace them.
    only:
      "enableCompileCache findPackageJSON flushCompileCache getCompileCacheDir getSourceMapsSupport register " +
      "registerHooks setSourceMapsSupport syncBuiltinESMExports",
  },
  net: {
    kind: "network",
    free: "isIP isIPv4 isIPv6 _normalizeArgs",
    // A socket can be made of any descriptor, and its `write` has no tap of its own. It shows when its timer was set.
    construct: "BoundSocket Socket Stream",
    methods: { Server: "listen close", Socket: "connect setTimeout" },
  },
  "node:ffi": { kind: "native", construct: "DynamicLibrary", methods: { DynamicLibrary: "*" } },
  "node:sea": { kind: "file", free: "isSea" },
  "node:sqlite": {
    kind: "file",
    construct: "DatabaseSync Database",
    methods: { DatabaseSync: "*", Database: "*", StatementSync: "*", Statement: "*", Session: "*" },
  },
  os: { kind: "os", free: "arch endianness machine platform type" },
  perf_hooks: {
    kind: "clock",
    only: "eventLoopUtilization monitorEventLoopDelay timerify PerformanceMark PerformanceObserver",
    construct: "PerformanceMark",
    methods: { PerformanceObserver: "observe takeRecords" },
  },
  readline: {
    kind: "terminal",
    methods: { Interface: "close pause prompt question resume setPrompt write" },
  },
  "readline/promises": {
    kind: "terminal",
    methods: { Interface: "question", Readline: "commit" },
  },
  repl: { kind: "terminal", only: "start REPLServer", construct: "REPLServer" },
  // The other functions work on emitters alone, and are pure. These look at other objects, or wait.
  events: {
    kind: "emitter",
    only: "addAbortListener getEventListeners getMaxListeners listenerCount on once setMaxListeners",
  },
  stream: { kind: "stream", only: "setDefaultHighWaterMark" },
  "timers/promises": { kind: "timer", methods: { scheduler: "wait yield" } },
  timers: { kind: "timer" },
  tls: {
    kind: "network",
    free: "checkServerIdentity convertALPNProtocols createSecureContext getCertificateCompressionAlgorithms getCiphers",
  },
  trace_events: { kind: "process" },
  tty: {
    kind: "terminal",
    construct: "ReadStream WriteStream",
    methods: { ReadStream: "setRawMode", WriteStream: "getColorDepth getWindowSize hasColors" },
  },
  util: { kind: "context", only: "getCallSites log", kinds: { log: "output" } },
  v8: {
    kind: "process",
    free: "cachedDataVersionTag deserialize serialize",
    methods: {
      GCProfiler: "start stop",
      promiseHooks: "*",
      // `isBuildingSnapshot` gets no tap: it answers false in every program, and Node's own `crypto` may ask it when it is first used.
      startupSnapshot: "addDeserializeCallback addSerializeCallback setDeserializeMainFunction",
    },
  },
  vm: {
    kind: "code",
    free: "isContext",
    methods: {
      Script: "runInContext runInNewContext runInThisContext",
      SourceTextModule: "evaluate",
      SyntheticModule: "evaluate",
    },
  },
  wasi: { kind: "process", methods: { WASI: "initialize start" } },
  worker_threads: {
    kind: "worker",
    free: "isMarkedAsUntransferable markAsUntransferable",
    construct: "BroadcastChannel Worker",
    methods: {
      BroadcastChannel: "close postMessage",
      MessagePort: "close postMessage start",
      Worker: "postMessage ref terminate unref",
      locks: "query request",
    },
  },
  zlib: {
    kind: "async",
    // The forms with callbacks end after the caller has returned. The synchronous ones are pure.
    only:
      "brotliCompress brotliDecompress deflate deflateRaw gunzip gzip inflate inflateRaw unzip zstdCompress " +
      "zstdDecompress createZipArchive createZipArchiveSync getMaxZipContentSize setMaxZipContentSize zipFiles ZipEntry " +
      "ZipFile",
    kinds: { getMaxZipContentSize: "process", setMaxZipContentSize: "process", zipFiles: "file" },
    // An entry that is made without a date gets the present time.
    statics: { ZipEntry: "create createStream createSymlink createSync", ZipFile: "open openSync" },
  },
};

/**
 * Globals that Node and V8 create at the first read, which loads up to 60 ms of code. So they are tapped when a module that mentions them is
 * about to run. `construct`, `methods` (of the prototype) and `statics` are as above.
 */
interface GlobalTable {
  readonly kind: string;
  readonly construct?: true;
  readonly methods?: string;
  readonly statics?: string;
  /** A property of the global that holds an object, whose methods are tapped. */
  readonly inside?: string;
  /** A module that exports the global, too, and is loaded before any program starts. */
  readonly exportedBy?: string;
}

export const globalTables: Readonly<Record<string, GlobalTable>> = {
  AbortSignal: { kind: "timer", statics: "timeout" },
  BroadcastChannel: { kind: "worker", construct: true, methods: "close postMessage" },
  EventSource: { kind: "network", construct: true },
  // A new File gets the present time, unless it is given another.
  File: { kind: "clock", construct: true, exportedBy: "node:buffer" },
  MessagePort: { kind: "worker", methods: "close postMessage start" },
  PerformanceMark: { kind: "clock", construct: true },
  Temporal: { kind: "clock", inside: "Now" },
  WebSocket: { kind: "network", construct: true, methods: "close send" },
  Worker: { kind: "worker", construct: true, methods: "postMessage terminate" },
};

/** Functions of `process` without the usual tap: they neither read nor change anything outside, or have a tap of their own (install.ts). */
export const freeOfProcess = "assert emitWarning getBuiltinModule ref unref";

/** Functions of `process` that are not of kind `process`. */
export const kindsOfProcess: Readonly<Record<string, string>> = {
  _rawDebug: "output",
  cpuUsage: "clock",
  dlopen: "native",
  execve: "child",
  hrtime: "clock",
  loadEnvFile: "file",
  nextTick: "timer",
  resourceUsage: "clock",
  threadCpuUsage: "clock",
  uptime: "clock",
};
