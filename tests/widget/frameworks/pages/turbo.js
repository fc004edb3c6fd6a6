/** Turbo puts another body into the page where a browser would load one. */

import "@hotwired/turbo";
