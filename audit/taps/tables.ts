/**
 * Which exports of Node's built-in modules are tapped, as data.
 *
 * A module of this list reaches out of the program, so each of its functions is tapped unless `free` names it: what a
 * later version of Node adds is tapped too. Classes (names with a capital) stay as they are, except for the methods
 * under `methods` and the constructors under `construct`.
 */
export interface Table {
  /** What a call of one of its functions is, unless `kinds` says otherwise. */
  readonly kind: string;
  /** Functions that touch nothing outside: left alone. */
  readonly free?: string;
  /** Where most functions of a module are pure: the ones that are not. The rest is left alone, and not even looked at. */
  readonly only?: string;
  /** Functions of another kind than the module's. */
  readonly kinds?: Readonly<Record<string, string>>;
  /** Classes whose construction is itself the effect. */
  readonly construct?: string;
  /** Methods on prototypes, or on objects that are exported, by export; `*` for all of them. */
  readonly methods?: Readonly<Record<string, string>>;
  /** Methods of classes themselves, by export. */
  readonly statics?: Readonly<Record<string, string>>;
}

/** Tables by module name, without `node:` where Node takes both spellings. */
export const tables: Readonly<Record<string, Table>> = {
  // Node has its own functions a second time under names from before its modules were closed.
  _http_client: { kind: "network", construct: "ClientRequest" },
  _tls_wrap: { kind: "network" },
  async_hooks: {
    kind: "context",
    // `run` and `exit` reach only what they call, and that is noted when it reads the store.
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
    // A copy of the `end` of all streams, made before or after that is tapped.
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
    // The rest is Node's own way of loading modules, which others replace.
    only:
      "enableCompileCache findPackageJSON flushCompileCache getCompileCacheDir getSourceMapsSupport register " +
      "registerHooks setSourceMapsSupport syncBuiltinESMExports",
  },
  net: {
    kind: "network",
    free: "isIP isIPv4 isIPv6 _normalizeArgs",
    construct: "BoundSocket",
    methods: { Server: "listen close", Socket: "connect" },
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
  // What works on emitters alone is pure; these look at other objects, or wait.
  events: {
    kind: "emitter",
    only: "addAbortListener getEventListeners getMaxListeners listenerCount on once setMaxListeners",
  },
  stream: { kind: "stream", only: "" },
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
    free: "cachedDataVersionTag deserialize isStringOneByteRepresentation serialize",
    methods: {
      GCProfiler: "start stop",
      promiseHooks: "*",
      // `isBuildingSnapshot` says no in every program, and Node's own `crypto` may ask it when it is first used.
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
    free: "isMarkedAsUntransferable markAsUncloneable markAsUntransferable",
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
    // The callback forms end after the caller has returned; the synchronous ones are pure.
    only:
      "brotliCompress brotliDecompress deflate deflateRaw gunzip gzip inflate inflateRaw unzip zstdCompress " +
      "zstdDecompress createZipArchive createZipArchiveSync getMaxZipContentSize setMaxZipContentSize zipFiles ZipEntry " +
      "ZipFile",
    kinds: { getMaxZipContentSize: "process", setMaxZipContentSize: "process", zipFiles: "file" },
    // What is packed without a date is packed now.
    statics: { ZipEntry: "create createStream createSymlink createSync", ZipFile: "open openSync" },
  },
};

/**
 * Globals that Node and V8 create on first use: looking at one of them loads up to 60 ms of code, so they are tapped
 * when a module that mentions them is about to run. `construct`, `methods` (of the prototype) and `statics` as above.
 */
interface GlobalTable {
  readonly kind: string;
  readonly construct?: true;
  readonly methods?: string;
  readonly statics?: string;
  /** The properties of this object, which is a property of the global, are tapped instead. */
  readonly inside?: string;
}

export const globalTables: Readonly<Record<string, GlobalTable>> = {
  AbortSignal: { kind: "timer", statics: "timeout" },
  BroadcastChannel: { kind: "worker", construct: true, methods: "close postMessage" },
  EventSource: { kind: "network", construct: true },
  // A new File is as old as the present, unless told otherwise.
  File: { kind: "clock", construct: true },
  MessagePort: { kind: "worker", methods: "close postMessage start" },
  PerformanceMark: { kind: "clock", construct: true },
  Temporal: { kind: "clock", inside: "Now" },
  WebSocket: { kind: "network", construct: true, methods: "close send" },
  Worker: { kind: "worker", construct: true, methods: "postMessage terminate" },
};

/** Functions of `process` that tell nothing and change nothing, or that a tap would change (see process.ts). */
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
