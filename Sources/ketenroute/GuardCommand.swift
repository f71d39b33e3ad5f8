// SPDX-License-Identifier: EUPL-1.2

import ArgumentParser
import Engine
import Foundation
import Values
import Workflow

struct GuardCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "guard", abstract: "Tries out guards.", subcommands: [Evaluate.self])

    /// An expression such as `--1` looks like an option, so the words after `guard eval` are put behind a `--`.
    static func shield(_ arguments: [String]) -> [String] {
        guard arguments.count > 2, arguments.starts(with: ["guard", "eval"]), !["--help", "-h", "--"].contains(arguments[2]) else {
            return arguments
        }
        return arguments[..<2] + ["--"] + arguments[2...]
    }

    struct Evaluate: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "eval",
            abstract: "Evaluates one guard and prints its value as JSON.",
            usage: "ketenroute guard eval EXPR [--facts JSON]",
            discussion: "Exit code 1: the guard has no value. Exit code 2: it is no guard.")

        // An expression may begin with a minus sign, so nothing here is taken for an option before the expression is found.
        @Argument(parsing: .captureForPassthrough, help: "EXPR [--facts JSON]")
        var words: [String] = []

        func run() throws {
            if words == ["--help"] || words == ["-h"] { throw CleanExit.helpRequest(Self.self) }
            let (source, facts) = try split()
            let scope = GuardScope(undeclaredFacts: Value(facts), now: Instant.now)
            do {
                print(try Guard.compile(source, in: .undeclared).evaluate(scope).json.text)
            } catch let error as GuardCompileError {
                throw CommandFailure.wrongInput(error.description)
            } catch let error as GuardError {
                // A name that nothing declares is a slip of the writer's, although only evaluating brings it out here.
                if error.code == .unresolvedName { throw CommandFailure.wrongInput(error.description) }
                throw CommandFailure.checkFailed(error.description)
            }
        }

        private func split() throws -> (source: String, facts: JSON) {
            var sources: [String] = []
            var facts = JSON.object([:])
            var rest = words[...]
            while let word = rest.popFirst() {
                if word == "--facts" {
                    guard let text = rest.popFirst() else { throw CommandFailure.wrongInput("--facts is followed by a JSON object") }
                    facts = try parse(text)
                } else if word.hasPrefix("--facts=") {
                    facts = try parse(String(word.dropFirst("--facts=".count)))
                } else if word != "--" || !sources.isEmpty {
                    sources.append(word)
                }
            }
            guard sources.count == 1 else { throw CommandFailure.wrongInput("usage: ketenroute guard eval EXPR [--facts JSON]") }
            return (sources[0], facts)
        }

        private func parse(_ text: String) throws -> JSON {
            do {
                let json = try JSON.parse(text)
                guard case .object = json else { throw CommandFailure.wrongInput("--facts should be a JSON object") }
                return json
            } catch let error as JSONSyntaxError {
                throw CommandFailure.wrongInput("--facts: \(error)")
            }
        }
    }
}
