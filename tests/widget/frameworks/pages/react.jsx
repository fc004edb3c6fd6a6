/** The whole document belongs to React, which finds other words in it than it has itself, and makes it anew. */

import { StrictMode, useState } from "react";
import { hydrateRoot } from "react-dom/client";

function Page() {
  const [view, show] = useState("packs");
  return (
    <html lang="en">
      <head>
        <title>Packs</title>
      </head>
      <body>
        <h1>{view}</h1>
        <button onClick={() => show("tents")}>Tents</button>
      </body>
    </html>
  );
}

window.hydrate = () =>
  hydrateRoot(document, <StrictMode><Page /></StrictMode>, { onRecoverableError: () => (window.wasMadeAnew = true) });
