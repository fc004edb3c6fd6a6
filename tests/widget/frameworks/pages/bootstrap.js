/** Bootstrap's modal takes the focus back from whatever lies outside it. */

import { Modal } from "bootstrap";

document.querySelector("#app").innerHTML =
  '<div class="modal" id="sizes" tabindex="-1" aria-label="Sizes"><div class="modal-dialog"><button>Close</button></div></div>';
new Modal("#sizes", { keyboard: true }).show();
