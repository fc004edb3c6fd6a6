/** Every sentence that a visitor can see or hear, in English. A notice's first sentence is shown in bold. */

/** @type {import("./index.js").Words} */
export const en = {
  launcher: "Ask us",
  waitingAnswer: "Ask us: an answer is waiting",
  name: "Help",
  disclosure: "AI assistant",
  greeting: "Hello. How can I help?",
  intro: "I am an AI assistant. I answer from our help pages and say so when I am not sure.",
  suggestions: "Suggested questions",
  more: "More: new conversation, erase",
  close: "Close",
  conversation: "Conversation",
  answer: "Answer",
  field: "Ask a question",
  send: "Send",
  stop: "Stop the answer",
  canBeWrong: "AI can be wrong.",
  looking: "Looking in the help pages",
  below: "New text below",
  sources: "Sources",
  helpful: "Helpful",
  notHelpful: "Not helpful",
  copyAnswer: "Copy the answer",
  copyCode: "Copy",
  copied: "Copied.",
  again: "Try again",
  askAgain: "Ask again",
  goOn: "Continue",
  goOnQuestion: "Please continue.",

  stopped: "You stopped this answer.",
  reconnecting: "Reconnecting. The answer goes on by itself.",
  wait: (seconds) =>
    `Please wait ${seconds} ${seconds === 1 ? "second" : "seconds"}. ` +
    "There were many questions in a short time. Yours is kept and goes out by itself.",

  notices: {
    doubt: "I’m not certain about this. Please check it before you rely on it.",
    truncated: "The answer reached its length limit. Nothing is lost.",
    disclaimer: "Not everything here is confirmed by our pages. Please check it before you rely on it.",
    degraded: "Our assistant is not reachable just now, so this is a quote from our help pages.",
    restarted: "The answer broke off and began again.",
    replaced: "I took back my first answer. It said something that our pages do not confirm.",
  },

  problems: {
    connection_lost: "The connection was lost. Your question and the answer so far are kept.",
    unreachable: "The assistant cannot be reached. Your question is kept.",
    timeout: "The answer took too long. Your question and the answer so far are kept.",
    overloaded: "The assistant is very busy just now. Your question is kept.",
    rate_limited_upstream: "The assistant is very busy just now. Your question is kept.",
    model_error: "The assistant could not answer. Your question is kept.",
    interrupted: "The answer was interrupted. Your question and the answer so far are kept.",
    internal: "Something went wrong on our side. Your question is kept.",
    pii_detected: "This looks like private data. We did not pass it on or keep it. Take it out and send again.",
    card: "This looks like a card number. We did not pass it on or keep it. Take it out and send again.",
    prompt_injection: "I can only answer questions about this site. Please ask in other words.",
    message_too_long: "Your question is too long. Please shorten it and send it again.",
    too_large: "Your question is too long. Please shorten it and send it again.",
    rate_limited: "There were too many questions. Yours is kept: please send it again later.",
    budget_exhausted: "The assistant has reached its limit for today. Your question is kept.",
    identity_invalid: "Your sign-in could not be confirmed. Please reload the page and send again.",
    origin_not_allowed: "This assistant is not set up for this web site.",
    unknown_site: "This assistant is not set up for this web site.",
  },

  startNew: "Start a new conversation",
  erase: "Erase this conversation",
  eraseAsk: "Erase this conversation? It cannot be brought back.",
  eraseYes: "Erase",
  eraseNo: "Keep",
  erased: "The conversation is erased.",
  notErased: "The conversation could not be erased. It is still here. Please try again.",

  replying: "The assistant is replying.",
  complete: (suggestions) =>
    "Answer complete." +
    (suggestions ? ` ${suggestions} suggested ${suggestions === 1 ? "question" : "questions"}.` : ""),
  code: (lines) => `Code block, ${lines} ${lines === 1 ? "line" : "lines"}.`,
};
