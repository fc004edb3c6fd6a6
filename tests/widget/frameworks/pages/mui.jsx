/** Material UI's dialog holds the focus and hides all else from screen readers. */

import Button from "@mui/material/Button";
import Dialog from "@mui/material/Dialog";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

createRoot(document.querySelector("#app")).render(
  <StrictMode>
    <Dialog open aria-labelledby="title">
      <h2 id="title">Sizes</h2>
      <Button>Close</Button>
    </Dialog>
  </StrictMode>,
);
