;;; Drives Emacs' eglot: opens a project, runs the command on an empty buffer, undoes.  -*- lexical-binding: t -*-
;;; Facts go to the file that is named last.  Works with eglot 1.9 (Debian 12) and the one that Emacs 29 and later bring.

(require 'package)
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa") ; where Debian installs it
(package-initialize)
(require 'eglot)
(require 'json)

(defvar drive-arguments (append (json-parse-string (getenv "VISION_CODE_TEST_ARGUMENTS")) nil))
(defvar drive-project (nth 2 drive-arguments))
(defvar drive-facts nil)

(defun drive-fact (name value)
  "Keep VALUE under NAME."
  (push (cons name value) drive-facts))

(defun drive-open (name)
  "Visit the file NAME of the project, as a document of the server should there be one."
  (find-file (expand-file-name name drive-project))
  (html-mode)
  (eglot--maybe-activate-editing-mode))

(defun drive-uri (path)
  "The URI of PATH."
  (concat "file://" path))

(setenv "PYTHONPATH" (nth 1 drive-arguments))
(setq eglot-sync-connect t
      eglot-connect-timeout 120
      eglot-confirm-server-initiated-edits nil
      eglot-confirm-server-edits nil
      eglot-server-programs `((html-mode . (,(nth 0 drive-arguments) "-P" "-m" "lsp_server"))))

(drive-open "notes.html")
(defvar drive-server (apply #'eglot--connect (eglot--guess-contact)))
(with-timeout (60 (error "the server was not connected"))
  (while (not eglot--managed-mode)
    (accept-process-output nil 0.05)))
(search-forward "login")
(let* ((here (eglot--pos-to-lsp-position))
       (actions (jsonrpc-request drive-server :textDocument/codeAction
                                 `(:textDocument ,(eglot--TextDocumentIdentifier)
                                   :range (:start ,here :end ,here) :context (:diagnostics []))
                                 :timeout 60)))
  (drive-fact 'column (plist-get here :character))
  (drive-fact 'action (plist-get (aref actions 0) :title)))

(drive-open "login.html")
(let ((options `(:image ,(drive-uri (nth 3 drive-arguments)) :document ,(drive-uri buffer-file-name))))
  (drive-fact 'applied
              (plist-get (jsonrpc-request drive-server :workspace/executeCommand
                                          `(:command "visionCode.server.component" :arguments [,options])
                                          :timeout 240)
                         :applied)))
(drive-fact 'made (buffer-string))
(undo-boundary)
(undo)
(drive-fact 'undone (buffer-string))
(set-buffer-modified-p nil)
(eglot-shutdown drive-server nil 10)
(drive-fact 'stopped (if (jsonrpc-running-p drive-server) :false t))
(with-temp-file (nth 4 drive-arguments) (insert (json-serialize drive-facts)))
