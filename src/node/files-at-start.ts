/**
 * Settings in the environment that name files which Node reads as it starts, before any code of the program: the value of such a variable says less than
 * what is in the file.
 */

/** What OpenSSL can do, and the data of ICU. */
export const READ_AT_START = [
  "NODE_ICU_DATA",
  "OPENSSL_CONF",
  "OPENSSL_CONF_INCLUDE",
  "OPENSSL_ENGINES",
  "OPENSSL_MODULES",
] as const;

/** Where OpenSSL looks where no variable says it: that of Node's own builds, and of those of Fedora and its like. */
export const OPENSSL_DEFAULTS = ["/etc/ssl/openssl.cnf", "/etc/pki/tls/openssl.cnf"] as const;
