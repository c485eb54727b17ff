/**
 * Books what running code does in the frames of the recorded calls around it.
 *
 * What a body does outside of its own values (it reads a clock or a file, opens a socket, ...) is an {@link AuditEvent}. An event
 * that a hit could not repeat is an effect of every frame that is open around it: a hit of any of those calls would leave the
 * effect out.
 */
import type { Reason } from "../reason/reason.ts";
import type { AuditEvent, Token } from "./event.ts";
import { type CallMark, current, type Frame, noteEffect, runningCall, state, watchBody } from "./frames.ts";
import type { CallName } from "./made-calls.ts";
import type { Trace } from "./trace.ts";

/** Code that is about to write to state outside. */
export interface Write {
  readonly reason: Reason;
  /** Bindings of modules that it may assign to. */
  readonly assigns: readonly object[];
}

/**
 * Books an event in the frames around the running code: as part of their traces if a hit can repeat it, else as an effect.
 * @param callerFile finds the file of the code that caused it; it is called only when a listed package might have
 */
export function bookEvent(event: AuditEvent, callerFile: () => string | null): void {
  state.run?.note(event);
  const { kind, name, token, why } = event;
  // The assumePure list does not cover output and writes: whoever runs the program would miss them.
  const isSeen = token?.kind === "printed" || token?.kind === "written";
  forFrames(isSeen, callerFile, (frame) => {
    const effect: Reason | null =
      token && frame.open
        ? noteInTrace(frame, token, name)
        : { kind: "touches", event: kind, api: name, ...(why && { why }) };
    if (effect !== null && !frame.vouched) noteEffect(frame, effect);
  });
}

/**
 * Books an effect that the scan has found in the code that is about to run.
 * @param owner the call that made what the code writes to: the write is no effect of that call, nor of the calls around it
 */
export function bookFinding(effect: Reason, callerFile: () => string | null, owner: CallMark | null): void {
  forOtherFrames(owner, callerFile, (frame) => noteEffect(frame, effect));
}

/**
 * Whether every call around the running code is the owner, or stands around it. What the owner made is then new to all of them, and
 * a write to it is no effect of any. It is enough to look at the innermost call: the others stand around that one.
 */
export function isMadeInside(owner: CallMark): boolean {
  const frame = current();
  return frame === null || holds(frame.mark, owner);
}

/** Whether a call is `inner` itself, or stands around it. */
function holds(call: CallMark, inner: CallMark | null): boolean {
  for (let mark = inner; mark !== null; mark = mark.parent) if (mark === call) return true;
  return false;
}

/**
 * Books a write to state, which frames that keep changes find by themselves.
 * @param owner the call that made what leads to the object: the write is no effect of that call, nor of the calls around it
 * @returns the running call: while it runs, the same write need not be booked again; null if there is none
 */
export function bookWrite(write: Write, callerFile: () => string | null, owner: CallMark | null): CallMark | null {
  const running = runningCall();
  const { reason, assigns } = write;
  forOtherFrames(owner, callerFile, (frame) => {
    if (frame.open) frame.wrote ??= reason;
    if (!frame.open || !keeps(frame, assigns)) noteEffect(frame, reason);
  });
  return running;
}

/** What the results of code that was made of one text depend on. */
export interface MadeText {
  readonly traits: readonly string[];
  readonly mentions: readonly string[];
  /** It may begin what goes on after the call. */
  readonly mayGoOn: boolean;
}

/** Notes that the running code has made code of a text. */
export function bookMade({ traits, mentions, mayGoOn }: MadeText, callerFile: () => string | null): void {
  forFrames(false, callerFile, (frame) => {
    // What its key says is asked when it ends.
    if (!frame.open) noteEffect(frame, { kind: "made-code", depends: "when it runs" });
    if (mayGoOn) watchBody(frame);
    frame.made = {
      traits: new Set([...(frame.made?.traits ?? []), ...traits]),
      mentions: new Set([...(frame.made?.mentions ?? []), ...mentions]),
    };
  });
}

function keeps({ kept }: Frame, assigns: readonly object[]): boolean {
  if (kept === null) return false;
  let isKept = true;
  for (let i = 0; i < assigns.length; i++) if (!kept.noteAssignment(assigns[i] as object)) isKept = false;
  return isKept;
}

/**
 * Visits the frames around the running code, without those that the assumePure list covers: there the event is only counted.
 * @param isSeen whether a user would see that the event is missing: then the list does not cover it
 */
function forFrames(isSeen: boolean, callerFile: () => string | null, visit: (frame: Frame) => void): void {
  let caller: string | null | undefined;
  for (let frame = current(); frame; frame = frame.parent) {
    if (frame.vouched && !isSeen) {
      frame.overrode++;
      break;
    }
    if (frame.assumed.length > 0 && !isSeen) {
      caller ??= callerFile();
      const file = caller;
      if (file !== null && frame.assumed.some((folder) => file.startsWith(folder))) {
        frame.overrode++;
        continue;
      }
    }
    visit(frame);
  }
}

/** Visits the frames around the running code, but not those of `owner` and of the calls around it. */
function forOtherFrames(owner: CallMark | null, callerFile: () => string | null, visit: (frame: Frame) => void): void {
  forFrames(false, callerFile, (frame) => {
    if (!holds(frame.mark, owner)) visit(frame);
  });
}

/**
 * Books a call of a function that is memoized by hand in all frames around it: whoever vouches for a call says nothing of whom it calls.
 * @param call null where it has no key
 */
export function bookCall(call: (() => CallName) | null): void {
  let isDirect = true;
  for (let frame = current(); frame; frame = frame.parent) {
    if (call === null) frame.recording.made.giveUp();
    else frame.recording.made.note(call(), isDirect);
    if (frame.byHand) isDirect = false;
  }
}

/** Books what a call that was answered has called. */
function bookMadeCalls({ made }: Trace, byHand: boolean): void {
  if (made === undefined) return;
  let isDirect = !byHand;
  for (let frame = current(); frame; frame = frame.parent) {
    frame.recording.made.noteMade(made, isDirect);
    if (frame.byHand) isDirect = false;
  }
}

/**
 * Books the trace of a call that was answered from the cache in the frames around it.
 * @param byHand whether its function is memoized by hand
 */
export function bookTrace(trace: Trace, byHand = false): void {
  if (current() === null && state.run === null) return;
  bookMadeCalls(trace, byHand);
  const { dependencies, output, writes = [], readsKeyed } = trace;
  const nobody = () => null;
  let next = 0;
  for (let at = 0; at <= dependencies.length; at++) {
    for (let write = writes[next]; write && write.after <= at; write = writes[++next]) {
      const written = { ...write, bytes: null };
      bookEvent({ kind: "file", name: "a cached call", token: { kind: "written", written } }, nobody);
    }
    const dependency = dependencies[at];
    if (!dependency) break;
    bookEvent({ kind: "read", name: "a cached call", token: { kind: "observed", dependency } }, nobody);
  }
  if (readsKeyed) bookEvent({ kind: "process", name: "a cached call", token: { kind: "keyed" } }, nobody);
  for (const one of output) {
    bookEvent({ kind: "output", name: "a cached call", token: { kind: "printed", output: one } }, nobody);
  }
}

/** Notes an access in a frame's trace. Answers why a hit could not repeat it, or null. */
function noteInTrace(frame: Frame, token: Token, name: string): Reason | null {
  if (frame.effect !== null) return null;
  if (token.kind === "confined") return null;
  const mayWait =
    (token.kind === "observed" && token.dependency.waits) || (token.kind === "written" && token.written.waits);
  if (frame.waited && !mayWait) return { kind: "touches-after-wait", api: name };
  switch (token.kind) {
    case "keyed":
      frame.recording.noteKeyedRead();
      return null;
    case "observed":
      if (token.pending) frame.pending.push(token.pending);
      return frame.recording.noteDependency(token.dependency);
    case "printed":
      return frame.recording.notePrint(token.output);
    case "written":
      if (token.pending) frame.pending.push(token.pending);
      return frame.recording.noteWrite(token.written);
  }
}
