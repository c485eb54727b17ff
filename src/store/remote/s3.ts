/** A shared cache in any S3, by aws4fetch. Objects are read, written and deleted; nothing else is asked of the server. */
import { FullError, MissingError, MOST_ANSWERED, type OpenBackend } from "./backend.ts";
import { LARGEST, OVERHEAD } from "./sealed-record.ts";
import { Turns } from "./turns.ts";

/** The part of aws4fetch that is used. */
interface AwsClient {
  fetch(url: string, options: RequestInit): Promise<Response>;
}
type AwsClientClass = new (options: object) => AwsClient;

/** Milliseconds after which a request has failed. */
const TIMEOUT = 5000;
/** How many objects are read at a time. */
const PARALLEL = 24;

export const openS3: OpenBackend<"s3"> = async ({ base, prefix, region }, load) => {
  const { AwsClient } = (await load("aws4fetch")) as { readonly AwsClient: AwsClientClass };
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN } = process.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new MissingError("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set");
  }
  const client = new AwsClient({
    accessKeyId: AWS_ACCESS_KEY_ID,
    secretAccessKey: AWS_SECRET_ACCESS_KEY,
    ...(AWS_SESSION_TOKEN && { sessionToken: AWS_SESSION_TOKEN }),
    service: "s3",
    region,
    retries: 0,
  });
  const ask = async (method: string, name: string, body?: Buffer) => {
    const signal = AbortSignal.timeout(TIMEOUT);
    const response = await client.fetch(`${base}/${prefix}${name}`, {
      method,
      signal,
      ...(body && { body: body as unknown as string }),
    });
    if (response.ok || (method !== "PUT" && response.status === 404)) return response;
    await response.body?.cancel();
    const trouble = `${response.status} ${response.statusText}`.trim();
    throw method === "PUT" ? new FullError(trouble) : new Error(trouble);
  };
  const turns = new Turns(PARALLEL);
  const readBody = bodyReader();
  const get = async (name: string) => {
    const response = await ask("GET", name);
    if (response.ok) return readBody(response);
    await response.body?.cancel();
    return null;
  };
  return {
    read: (names) => Promise.all(names.map((name) => turns.take(() => get(name)))),
    async write(name, bytes) {
      await (await ask("PUT", name, bytes)).body?.cancel();
    },
    async remove(name) {
      await (await ask("DELETE", name)).body?.cancel();
    },
    close: () => undefined,
    claims: null,
  };
};

/**
 * Reads the bodies of responses, and fails where all that are read at the time have more bytes together than one answer may have. The
 * result is null for a body of more bytes than a record may have, which is not read to its end.
 */
function bodyReader(): (response: Response) => Promise<Buffer | null> {
  let all = 0;
  return async ({ body }) => {
    const parts: Uint8Array[] = [];
    let size = 0;
    try {
      for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
        size += part.byteLength;
        all += part.byteLength;
        if (size > LARGEST + OVERHEAD) return null;
        if (all > MOST_ANSWERED) throw new Error("answers with too many bytes at a time");
        parts.push(part);
      }
    } finally {
      all -= size;
    }
    return Buffer.concat(parts);
  };
}
