[ "$PUSH" = true ] && goal=build || goal=buildTar
mvn --batch-mode --no-transfer-progress --file "$CONTEXT/pom.xml" compile "jib:$goal" \
  -Djib.to.image="$IMAGE" ${PLATFORMS:+-Djib.from.platforms="$PLATFORMS"} -Djib.outputPaths.digest="$DIGEST_FILE"
