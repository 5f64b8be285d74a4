-- Whether any of the files is one of the paths or lies under it: paths end in a slash, the whole repository is the empty one.
CREATE MACRO touches(files, paths) AS list_bool_or(
    list_transform(files, lambda f: list_bool_or(list_transform(paths, lambda x: starts_with(f || '/', x))))
);
