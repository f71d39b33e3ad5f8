// SPDX-License-Identifier: EUPL-1.2

import Hummingbird
import Messages
import Values

extension Response {
    init(json: JSON, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.utf8)))
    }

    init(problem: Problem, status: HTTPResponse.Status, headers: HTTPFields = [:]) {
        guard case .object(var members) = problem.json else {
            self.init(status: status)
            return
        }
        members["status"] = .integer(Int64(status.code))
        var headers = headers
        headers[.contentType] = Problem.contentType
        self.init(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: JSON.object(members).utf8)))
    }

    init(page: String, status: HTTPResponse.Status = .ok) {
        self.init(
            status: status, headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
    }
}
