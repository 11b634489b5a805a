from facts.text import Text

NOT_STORED = Text(
    "原件留在机构的文件夹里，没有存入证据库，本程序不能阻止删除",
    "the originals stay in the institution's folder; nothing keeps them from being deleted",
)
