/** The page of `dumbo report`. It is bundled when dumbo is built, and loads nothing. */
import { render } from "preact";
import { App } from "./app.tsx";

const root = document.getElementById("report");
if (root) render(<App />, root);
