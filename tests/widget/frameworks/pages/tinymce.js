/** An editor with its own keys beside us. */

import tinymce from "tinymce";
import "tinymce/icons/default";
import "tinymce/models/dom";
import "tinymce/themes/silver";

tinymce.init({ target: document.querySelector("#app"), license_key: "gpl", skin: false, content_css: false, promotion: false });
