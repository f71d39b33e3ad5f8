// SPDX-License-Identifier: EUPL-1.2

import Mustache

/// The pages' templates and their style. They are part of the program, so that a page needs no file at run time.
enum PageTemplates {
    static let signIn = page(
        title: "Aanmelden",
        """
        <form method="post" action="/aanmelden" class="card">
          <h1>Aanmelden</h1>
          <p>Plak hier uw token. <code>ketenroute token --role operator</code> maakt er een.</p>
          {{#error}}<p class="error" role="alert">{{error}}</p>{{/error}}
          <label for="token">Token</label>
          <input id="token" name="token" type="password" autocomplete="off" required autofocus>
          <button>Aanmelden</button>
        </form>
        """)

    static let cases = page(
        title: "Zaken",
        """
        <h1>Zaken</h1>
        {{#incidents}}<p class="incident"><strong>{{count}}× {{kind}}</strong> {{detail}}</p>{{/incidents}}
        <table>
          <caption>De nieuwste honderd, onder hun pseudoniem</caption>
          <thead><tr><th scope="col">Zaak</th><th scope="col">Sinds</th><th scope="col">Stand</th><th scope="col">Is in</th></tr></thead>
          <tbody>
          {{#cases}}<tr><td><a href="/zaken/{{id}}">…{{short}}</a></td><td>{{since}}</td><td class="{{status}}">{{status}}</td><td>{{stand}}</td></tr>{{/cases}}
          {{^cases}}<tr><td colspan="4">Er zijn nog geen zaken.</td></tr>{{/cases}}
          </tbody>
        </table>
        """)

    static let route = page(
        title: "Zaak",
        """
        <p><a href="/">Zaken</a></p>
        <h1>Zaak <code>{{id}}</code></h1>
        <dl>
          <dt>Stand</dt><dd class="{{status}}">{{status}}</dd>
          <dt>Zicht op veiligheid</dt><dd>{{holder}}</dd>
          <dt>Uitkomsten</dt><dd>{{#outcomes}}{{outcomes}}{{/outcomes}}{{^outcomes}}nog geen{{/outcomes}}</dd>
        </dl>
        <h2>De route</h2>
        <ol class="route">
        {{#lines}}
          <li class="{{urgency}}"><time>{{at}}</time> <strong>{{who}}</strong> {{what}} <span class="codes">{{codes}}</span>
            <ul>{{#consequences}}<li class="consequence">{{.}}</li>{{/consequences}}</ul>
            {{#entered}}<p class="entered">nu in: {{.}}</p>{{/entered}}
          </li>
        {{/lines}}
        </ol>
        """)

    private static func page(title: String, _ body: String) -> MustacheTemplate {
        let text = """
            <!doctype html>
            <html lang="nl">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>\(title) – Ketenroute</title><link rel="stylesheet" href="/stijl.css"><link rel="icon" href="data:,"></head>
            <body><header><a href="/">Ketenroute</a></header><main>
            \(body)
            </main></body></html>
            """
        do {
            return try MustacheTemplate(string: text)
        } catch {
            preconditionFailure("the template '\(title)' cannot be read: \(error)")
        }
    }

    static let style = """
        :root { --ink: #1b1f24; --soft: #5b6571; --line: #dde2e8; --accent: #154273; --warn: #a3211b; --ground: #f6f7f9; }
        * { box-sizing: border-box; }
        body { margin: 0; color: var(--ink); background: var(--ground); font: 16px/1.5 system-ui, sans-serif; }
        header { background: var(--accent); padding: .75rem 1.5rem; }
        header a { color: #fff; font-weight: 600; text-decoration: none; }
        main { max-width: 72rem; margin: 1.5rem auto; padding: 0 1.5rem; }
        h1 { font-size: 1.4rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
        a { color: var(--accent); } a:focus, button:focus, input:focus { outline: 3px solid #ffb612; outline-offset: 1px; }
        table { width: 100%; border-collapse: collapse; background: #fff; border: 1px solid var(--line); }
        caption { text-align: left; color: var(--soft); padding: .25rem 0; }
        th, td { text-align: left; padding: .5rem .75rem; border-top: 1px solid var(--line); vertical-align: top; }
        td:nth-child(1), td:nth-child(2) { white-space: nowrap; font-variant-numeric: tabular-nums; }
        .loopt { color: var(--accent); font-weight: 600; } .afgerond { color: var(--soft); }
        .incident { border-left: 4px solid var(--warn); background: #fff; padding: .5rem .75rem; margin: .5rem 0; }
        .card { max-width: 28rem; background: #fff; border: 1px solid var(--line); padding: 1.5rem; }
        .card input { width: 100%; padding: .5rem; margin: .25rem 0 1rem; } .error { color: var(--warn); }
        button { background: var(--accent); color: #fff; border: 0; padding: .6rem 1.2rem; font: inherit; cursor: pointer; }
        dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.5rem; } dt { color: var(--soft); } dd { margin: 0; }
        .route { list-style: none; padding: 0; border-left: 2px solid var(--line); }
        .route > li { padding: .25rem 0 .75rem 1rem; } .route ul { list-style: none; margin: .25rem 0; padding: 0; }
        .route > li.acuut { border-left: 4px solid var(--warn); }
        time { color: var(--soft); font-variant-numeric: tabular-nums; margin-right: .5rem; }
        .codes, .entered { color: var(--soft); } .entered { margin: 0; } .consequence::before { content: "→ "; color: var(--accent); }
        """
}
