-- Drives Neovim as a person would: opens the project, runs the command, undoes. Facts go to the file that is named last.
local python, root, project, picture, answer = unpack(vim.fn.json_decode(vim.env.VISION_CODE_TEST_ARGUMENTS))

local facts = { progress = {}, messages = {} }
local page = project .. "/login.html"

local client_id = vim.lsp.start_client({
  name = "vision-code",
  cmd = { python, "-P", "-m", "lsp_server" },
  cmd_env = { PYTHONPATH = root },
  root_dir = project,
  workspace_folders = { { uri = vim.uri_from_fname(project), name = "project" } },
  handlers = {
    ["$/progress"] = function(_, params)
      table.insert(facts.progress, params.value.kind)
    end,
    ["window/showMessage"] = function(_, params)
      table.insert(facts.messages, params.message)
    end,
  },
})
vim.cmd("edit " .. project .. "/notes.md")
vim.lsp.buf_attach_client(0, client_id)
local client = vim.lsp.get_client_by_id(client_id)
assert(vim.wait(30000, function() return client.initialized end, 20), "initialize was not answered")

local here = { line = 0, character = 2 }
local range = {
  textDocument = { uri = vim.uri_from_bufnr(0) },
  range = { start = here, ["end"] = here },
  context = { diagnostics = {} },
}
local actions = vim.lsp.buf_request_sync(0, "textDocument/codeAction", range, 30000)[client_id].result
facts.action = actions[1].title

local options = { image = vim.uri_from_fname(picture), document = vim.uri_from_fname(page) }
local done = false
client.request("workspace/executeCommand", { command = "visionCode.server.component", arguments = { options } },
  function(err, result)
    facts.error = err and err.message or nil
    facts.result = result
    done = true
  end)
vim.wait(240000, function() return done end, 20)

local buffer = vim.fn.bufnr(page)
local function text()
  return table.concat(vim.api.nvim_buf_get_lines(buffer, 0, -1, false), "\n")
end
if done and facts.error == nil then
  facts.made = text()
  vim.cmd("buffer " .. buffer)
  facts.filetype = vim.bo.filetype
  vim.cmd("undo")
  facts.undone = text()
  facts.at_oldest = vim.fn.undotree().seq_cur == 0
  vim.cmd("redo")
  facts.redone = text() == facts.made
end

client.stop()
vim.wait(10000, function() return client.is_stopped() end, 20)
facts.stopped = client.is_stopped()
vim.fn.writefile({ vim.fn.json_encode(facts) }, answer)
vim.cmd("qall!")
