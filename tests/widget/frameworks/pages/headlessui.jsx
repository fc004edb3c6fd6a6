/** Headless UI's dialog makes all else inert and takes the focus back. */

import { Dialog, DialogPanel, DialogTitle } from "@headlessui/react";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";

createRoot(document.querySelector("#app")).render(
  <StrictMode>
    <Dialog open onClose={() => {}}>
      <DialogPanel>
        <DialogTitle>Sizes</DialogTitle>
        <button>Close</button>
      </DialogPanel>
    </Dialog>
  </StrictMode>,
);
