/** Every sentence that a visitor can see or hear, in German. */

/** @type {import("./index.js").Sentences} */
export default {
  language: "de",

  askUs: "Fragen Sie uns",
  anAnswerIsWaiting: "Fragen Sie uns: eine Antwort wartet",
  help: "Hilfe",
  disclosure: "KI-Assistent",
  greeting: "Guten Tag. Wie kann ich helfen?",
  intro: "Ich bin ein KI-Assistent. Ich antworte aus unseren Hilfeseiten und sage, wenn ich nicht sicher bin.",
  suggestions: "Vorgeschlagene Fragen",
  more: "Mehr: neues Gespräch, löschen",
  close: "Schließen",
  conversation: "Gespräch",
  answer: "Antwort",
  yourQuestion: "Stellen Sie eine Frage",
  send: "Senden",
  stop: "Antwort anhalten",
  canBeWrong: "KI kann sich irren.",
  lookingInTheHelpPages: "Ich sehe in den Hilfeseiten nach",
  newTextBelow: "Neuer Text weiter unten",
  sources: "Quellen",
  helpful: "Hilfreich",
  notHelpful: "Nicht hilfreich",
  copyAnswer: "Antwort kopieren",
  copyCode: "Kopieren",
  copied: "Kopiert.",
  tryAgain: "Noch einmal versuchen",
  askAgain: "Noch einmal fragen",
  goOn: "Weiter",
  pleaseContinue: "Bitte fahren Sie fort.",

  stopped: "Sie haben diese Antwort angehalten.",
  reconnecting: "Die Verbindung wird wiederhergestellt. Die Antwort geht von selbst weiter.",
  pleaseWait: {
    one:
      "Bitte warten Sie {n} Sekunde. Es kamen viele Fragen in kurzer Zeit. " +
      "Ihre ist aufgehoben und geht von selbst hinaus.",
    other:
      "Bitte warten Sie {n} Sekunden. Es kamen viele Fragen in kurzer Zeit. " +
      "Ihre ist aufgehoben und geht von selbst hinaus.",
  },
  waitsForTurn: "Ihre Frage wartet auf diese Antwort und wird dann von selbst gesendet.",
  textOnly: "Es kann nur Text gesendet werden. Von der Datei wurde nichts übernommen.",

  notices: {
    doubt: "Ich bin mir nicht sicher. Bitte prüfen Sie das, bevor Sie sich darauf verlassen.",
    truncated: "Die Antwort ist an ihrer Längengrenze angekommen. Nichts ist verloren.",
    disclaimer: "Nicht alles hier steht so auf unseren Seiten. Bitte prüfen Sie es, bevor Sie sich darauf verlassen.",
    degraded: "Unser Assistent ist gerade nicht erreichbar. Das ist ein Zitat aus unseren Hilfeseiten.",
    restarted: "Die Antwort brach ab und begann neu.",
    replaced: "Ich habe meine erste Antwort zurückgenommen. Darin stand etwas, das unsere Seiten nicht bestätigen.",
  },

  problems: {
    connection_lost: "Die Verbindung ist abgebrochen. Ihre Frage und die Antwort bis hierher sind aufgehoben.",
    unreachable: "Der Assistent ist nicht erreichbar. Ihre Frage ist aufgehoben.",
    timeout: "Die Antwort hat zu lange gedauert. Ihre Frage und die Antwort bis hierher sind aufgehoben.",
    overloaded: "Der Assistent ist gerade stark gefragt. Ihre Frage ist aufgehoben.",
    rate_limited_upstream: "Der Assistent ist gerade stark gefragt. Ihre Frage ist aufgehoben.",
    model_error: "Der Assistent konnte nicht antworten. Ihre Frage ist aufgehoben.",
    interrupted: "Die Antwort wurde unterbrochen. Ihre Frage und die Antwort bis hierher sind aufgehoben.",
    internal: "Bei uns ist etwas schiefgegangen. Ihre Frage ist aufgehoben.",
    pii_detected:
      "Das sieht nach privaten Daten aus. Wir haben sie nicht weitergegeben oder behalten. " +
      "Nehmen Sie sie heraus und senden Sie noch einmal.",
    card:
      "Das sieht nach einer Kartennummer aus. Wir haben sie nicht weitergegeben oder behalten. " +
      "Nehmen Sie sie heraus und senden Sie noch einmal.",
    prompt_injection: "Ich kann nur Fragen zu dieser Seite beantworten. Bitte fragen Sie mit anderen Worten.",
    message_too_long: "Ihre Frage ist zu lang. Bitte kürzen Sie sie und senden Sie noch einmal.",
    too_large: "Ihre Frage ist zu lang. Bitte kürzen Sie sie und senden Sie noch einmal.",
    rate_limited: "Es waren zu viele Fragen. Ihre ist aufgehoben: Bitte senden Sie sie später noch einmal.",
    budget_exhausted: "Der Assistent hat seine Grenze für heute erreicht. Ihre Frage ist aufgehoben.",
    identity_invalid:
      "Ihre Anmeldung ließ sich nicht bestätigen. Bitte laden Sie die Seite neu und senden Sie noch einmal.",
    origin_not_allowed: "Dieser Assistent ist für diese Website nicht eingerichtet.",
    unknown_site: "Dieser Assistent ist für diese Website nicht eingerichtet.",
  },

  corrected: "Unser Team hat das korrigiert.",
  earlier: "Die frühere Antwort zeigen",

  newConversation: "Neues Gespräch beginnen",
  eraseConversation: "Dieses Gespräch löschen",
  eraseThisConversation: "Dieses Gespräch löschen? Es lässt sich nicht zurückholen.",
  erase: "Löschen",
  keep: "Behalten",
  erased: "Das Gespräch ist gelöscht.",
  notErased: "Das Gespräch ließ sich nicht löschen. Es ist noch da. Bitte versuchen Sie es noch einmal.",

  askPerson: "Eine Person fragen",
  personIntro:
    "Unser Team liest dieses Gespräch, Sie müssen nichts wiederholen. Die Antwort kommt per E-Mail.",
  email: "Ihre E-Mail-Adresse",
  emailWrong: "Das ist keine vollständige Adresse wie name@example.com. Noch ist nichts gesendet.",
  note: "Möchten Sie etwas hinzufügen? (freiwillig)",
  personSend: "An das Team senden",
  back: "Zurück",
  personPrivacy: "Wir nutzen Ihre Adresse, um diese Frage zu beantworten, und für nichts anderes.",
  personSent: "Ihre Frage ist bei unserem Team. Die Antwort kommt per E-Mail.",
  personFailed: "Das ließ sich nicht senden. Nichts ist verloren. Bitte versuchen Sie es noch einmal.",
  joined: "{name} ist da.",
  left: "{name} ist gegangen. Der Assistent antwortet wieder.",
  talkingWith: "Sie sprechen mit {name}",
  writeTo: "Schreiben Sie an {name}",
  quietMeanwhile: "Der Assistent schweigt, solange {name} da ist.",
  isTyping: "{name} schreibt.",
  fromTeam: "{name}, ein Mensch aus unserem Team, schrieb",
  team: "aus unserem Team",
  edit: "Diese Frage ändern",
  stars: "Wie war das Gespräch, von fünf Sternen?",
  comment: "Mehr dazu (freiwillig)",
  thanks: "Vielen Dank.",
  save: "Dieses Gespräch speichern",
  charactersLeft: { one: "noch {n} Zeichen", other: "noch {n} Zeichen" },
  charactersTooMany: { one: "{n} Zeichen zu viel", other: "{n} Zeichen zu viel" },
  dismiss: "Nicht jetzt",

  replying: "Der Assistent antwortet.",
  complete: "Die Antwort ist vollständig.",
  suggested: { one: "{n} Vorschlag.", other: "{n} Vorschläge." },
  code: { one: "Code mit {n} Zeile.", other: "Code mit {n} Zeilen." },
};
